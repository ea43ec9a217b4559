import { randomBytes } from "node:crypto"
import { request } from "node:http"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Fault } from "../../../../infra/local/github/index.ts"
import { type LookAlike, sha256, startLookAlike } from "./look-alike.ts"

const releases = "/repos/acme/app/releases"
const bytes = randomBytes(200_000)

describe("failures of the GitHub look-alike", () => {
  let hub: LookAlike
  beforeEach(async () => {
    hub = await startLookAlike()
  })
  afterEach(() => hub.close())

  const once = (operation: string, fault: Fault) => {
    let left = 1
    hub.github.setIntercept((attempt) => (attempt.operation === operation && left-- > 0 ? fault : undefined))
  }
  const assets = () =>
    hub.github.releases("acme/app")[0]?.assets.map(({ name, state, digest }) => ({ name, state, digest }))

  it("breaks off before anything is done", async () => {
    once("repos/create-release", { kind: "refuse-before" })
    await expect(hub.release("v1")).rejects.toThrow(/ECONNRESET|hang up/)
    expect(hub.github.releases("acme/app")).toEqual([])
  })

  it("loses an answer after everything is done", async () => {
    once("repos/create-release", { kind: "lose-answer" })
    await expect(hub.release("v1")).rejects.toThrow(/ECONNRESET|hang up/)
    expect(hub.github.releases("acme/app")).toHaveLength(1)
    expect(hub.github.calls.at(-1)).toMatchObject({ operation: "repos/create-release", status: 0, write: true })
  })

  it("answers a status and does nothing", async () => {
    once("repos/create-release", {
      kind: "status",
      status: 503,
      headers: { "retry-after": "3" },
      body: { message: "Later" },
    })
    const answer = await hub.api("POST", releases, { tag_name: "v1" })
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "3" }, json: { message: "Later" } })
    expect(hub.github.releases("acme/app")).toEqual([])
  })

  it("leaves a starter that blocks its name, cannot be fetched, and can be deleted", async () => {
    const draft = await hub.release("v1")
    once("repos/upload-release-asset", { kind: "starter" })
    expect((await hub.upload(draft, "a", { body: bytes })).status).toBe(502)
    expect(assets()).toEqual([{ name: "a", state: "starter", digest: null }])
    expect((await hub.upload(draft, "a", { body: bytes })).json.errors[0].code).toBe("already_exists")
    const { id } = (await hub.api("GET", `${releases}/${draft.id}/assets`)).json[0]
    expect((await hub.api("DELETE", `${releases}/assets/${id}`)).status).toBe(204)
    expect((await hub.upload(draft, "a", { body: bytes })).status).toBe(201)
  })

  it("leaves a starter when the sender goes away", async () => {
    const draft = await hub.release("v1")
    const sent = request(draft.upload_url.replace("{?name,label}", "?name=a"), {
      method: "POST",
      headers: { authorization: "Bearer local-token", "user-agent": "tests", "content-length": bytes.length },
    })
    sent.on("error", () => undefined)
    sent.write(bytes.subarray(0, 1000))
    await expect.poll(assets).toEqual([{ name: "a", state: "starter", digest: null }])
    sent.destroy()
    await expect
      .poll(() => hub.github.calls.at(-1))
      .toMatchObject({ operation: "repos/upload-release-asset", status: 0 })
    expect(assets()).toEqual([{ name: "a", state: "starter", digest: null }])
  })

  it("lets an upload arrive with other bytes", async () => {
    const draft = await hub.release("v1")
    once("repos/upload-release-asset", { kind: "corrupt" })
    const { json } = await hub.upload(draft, "a", { body: Buffer.from(bytes) })
    expect(json).toMatchObject({ state: "uploaded", size: bytes.length })
    expect(json.digest).not.toBe(sha256(bytes))
  })

  it("does not know a digest yet", async () => {
    const draft = await hub.release("v1")
    once("repos/upload-release-asset", { kind: "no-digest" })
    expect((await hub.upload(draft, "a", { body: bytes })).json).toMatchObject({ state: "uploaded", digest: null })
    expect((await hub.api("GET", `${releases}/${draft.id}`)).json.assets[0].digest).toBe(sha256(bytes))
  })

  it("promises a whole answer and breaks off in its middle", async () => {
    once("repos/list-releases", { kind: "truncate" })
    await expect(hub.api("GET", releases)).rejects.toThrow(/aborted/)
  })

  it("hangs, and still closes", async () => {
    once("repos/list-releases", { kind: "hang" })
    const hung = hub.api("GET", releases)
    const failed = expect(hung).rejects.toThrow(/ECONNRESET|hang up/)
    await expect.poll(() => hub.github.calls.length).toBeGreaterThan(0)
    await hub.github.close()
    await failed
    hub = await startLookAlike()
  })

  it("answers later", async () => {
    once("repos/get", { kind: "slow", delayMs: 20 })
    expect((await hub.api("GET", "/repos/acme/app")).status).toBe(200)
  })

  it("says 403 when the hour's requests are used up, until the next hour", async () => {
    let now = new Date("2026-01-01T00:00:00Z")
    const small = await startLookAlike({ rateLimit: 2, now: () => now })
    const status = async () => (await small.api("GET", "/repos/acme/app")).status
    expect([await status(), await status(), await status()]).toEqual([200, 200, 403])
    const shown = await small.api("GET", "/rate_limit")
    expect(shown.json.rate).toMatchObject({ limit: 2, remaining: 0, used: 2 })
    expect(shown.headers).toMatchObject({
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(now.getTime() / 1000 + 3600),
    })
    now = new Date("2026-01-01T01:00:00Z")
    expect(await status()).toBe(200)
    await small.close()
  })
})
