import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { exchange } from "../../../../shared/adapters/azure/exchange.ts"

describe("exchange", () => {
  const silence = async (signal: AbortSignal) => {
    if (!signal.aborted) await once(signal, "abort")
    throw signal.reason
  }

  it("gives up when the other side says nothing", async () => {
    await expect(exchange("list inbox", silence, { deadlineMs: 20 })).rejects.toMatchObject({
      code: "STORAGE_UNREACHABLE",
      message: "Storage cannot be reached to list inbox: no sign of life for 0.02 s",
    })
  })

  it("stops with the caller's reason", async () => {
    const reason = new Error("the lease is lost")
    await expect(exchange("list inbox", silence, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it.each([
    [{ statusCode: 503, code: "ServerBusy" }, "STORAGE_UNREACHABLE"],
    [{ statusCode: 500, code: "InternalError" }, "STORAGE_UNREACHABLE"],
    [{ statusCode: 429 }, "STORAGE_UNREACHABLE"],
    [{ statusCode: 409, code: "ContainerBeingDeleted" }, "STORAGE_UNREACHABLE"],
    [{ name: "RestError", code: "ENOTFOUND" }, "STORAGE_UNREACHABLE"],
    [{ name: "RestError", code: "PARSE_ERROR", statusCode: 200 }, "STORAGE_UNREACHABLE"],
    [{ code: "ECONNRESET" }, "STORAGE_UNREACHABLE"],
    [{ name: "AuthenticationError", statusCode: 500 }, "STORAGE_UNREACHABLE"],
    [{ statusCode: 403, code: "AuthorizationPermissionMismatch" }, "STORAGE_REFUSED"],
    [{ statusCode: 403, details: { errorCode: "AuthorizationFailure" } }, "STORAGE_REFUSED"],
    [{ statusCode: 401, code: "NoAuthenticationInformation" }, "STORAGE_REFUSED"],
    [{ statusCode: 400, code: "InvalidAuthenticationInfo" }, "STORAGE_REFUSED"],
    [{ name: "CredentialUnavailableError" }, "STORAGE_REFUSED"],
    [{ name: "AggregateAuthenticationError" }, "STORAGE_REFUSED"],
    [{ statusCode: 400, code: "InvalidResourceName" }, "INTERNAL"],
    [{ name: "TypeError" }, "INTERNAL"],
  ])("takes %j for %s", async (fault, code) => {
    const thrown = Object.assign(new Error("text of the service"), fault)
    const failing = exchange("list inbox", () => Promise.reject(thrown))
    await expect(failing).rejects.toMatchObject({ code, cause: thrown })
  })

  const BLOBS = "https://stnexy.blob.core.windows.net"
  it.each([
    [
      "AuthorizationPermissionMismatch",
      `${BLOBS}/inbox?restype=container&sig=S3CRET`,
      /role Storage Blob Data Contributor on the container inbox of the storage account stnexy;/,
    ],
    [
      "AuthorizationPermissionMismatch",
      "https://stnexy.queue.core.windows.net/released/messages",
      /role Storage Queue Data Contributor on the queue released of the storage account stnexy;/,
    ],
    [
      "AuthorizationPermissionMismatch",
      `${BLOBS}/?comp=list`,
      /role Storage Blob Data Contributor on the storage account stnexy;/,
    ],
    [
      "AuthorizationPermissionMismatch",
      "http://127.0.0.1:10000/devstoreaccount1/inbox",
      /role Storage Blob Data Contributor on the storage account;/,
    ],
    ["AuthorizationFailure", `${BLOBS}/inbox`, /network rules of the storage account stnexy/],
    ["KeyBasedAuthenticationNotPermitted", `${BLOBS}/inbox`, /AzureWebJobsStorage__accountName.*stnexy takes no keys/],
    ["AuthenticationFailed", `${BLOBS}/inbox`, /Renew the key/],
    ["SomethingNew", `${BLOBS}/inbox`, /azd auth login/],
  ])("says what to do about %s at %s", async (code, url, remedy) => {
    const thrown = Object.assign(new Error("text of the service"), { statusCode: 403, code, request: { url } })
    const failing = exchange("list inbox", () => Promise.reject(thrown))
    await expect(failing).rejects.toMatchObject({ code: "STORAGE_REFUSED", remedy: expect.stringMatching(remedy) })
    await expect(failing).rejects.toMatchObject({ remedy: expect.not.stringContaining("S3CRET") })
  })
})
