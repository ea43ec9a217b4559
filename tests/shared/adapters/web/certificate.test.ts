import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { webClient } from "../../../../shared/adapters/web/web.ts"
import { type Authority, makeAuthority, makeCertificate } from "../../checks/authority.ts"
import { allGone, answer, closedPort, oddWebServer } from "../../checks/odd-web-server.ts"
import { forEver, refused, small, web } from "./looks.ts"

let authority: Authority
beforeAll(async () => {
  authority = await makeAuthority()
})

/** A certificate with the authority to trust for it. */
async function trusted(claims = {}) {
  return { ca: authority.cert, tls: await makeCertificate(authority, claims) }
}

describe("a certificate", () => {
  it("is trusted or not by its authority", async () => {
    const { ca, tls } = await trusted()
    const { url } = await oddWebServer(answer(200, "safe"), tls)
    expect((await webClient({ ca }).read(url, small)).text).toBe("safe")
    expect(await webClient({ ca }).certificate(`${url}/path`, forEver)).toEqual({
      validFrom: expect.any(Date),
      validTo: expect.any(Date),
    })
    expect(await web.certificate(url, forEver)).toMatchObject({ refusedBecause: expect.stringMatching(/UNABLE_TO/) })
    const message = /its certificate is refused, its chain is incomplete \(UNABLE_TO/
    await expect(web.read(url, small)).rejects.toEqual(refused("ENDPOINT_UNREACHABLE", message))
  })

  it.each([
    ["expired", { fromDays: -30, untilDays: -1 }, "it has expired (CERT_HAS_EXPIRED)"],
    ["early", { fromDays: 1, untilDays: 30 }, "it is not valid yet (CERT_NOT_YET_VALID)"],
    ["another's", { name: "other.example" }, "it is made out to another name (ERR_TLS_CERT_ALTNAME_INVALID)"],
  ])("that is %s is shown, with the reason why clients refuse it", async (_what, claims, refusedBecause) => {
    const { ca, tls } = await trusted(claims)
    const { url } = await oddWebServer(answer(200, "safe"), tls)
    const client = webClient({ ca })
    expect(await client.certificate(url, forEver)).toMatchObject({ refusedBecause })
    await expect(client.read(url, small)).rejects.toMatchObject({ message: expect.stringContaining(refusedBecause) })
  })

  it("that is signed by itself is refused", async () => {
    const server = await oddWebServer(answer(200, "safe"), await makeCertificate(undefined))
    const refusedBecause = "it is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)"
    expect(await web.certificate(server.url, forEver)).toMatchObject({ refusedBecause })
    await allGone(server)
  })

  it("is asked for by the server's name, and judged by it", async () => {
    const { ca, tls } = await trusted({ name: "app.example" })
    const { port, names } = await oddWebServer(answer(200, "safe"), tls)
    const client = webClient({ ca, lookup: async () => ["8.8.4.4"], route: () => "127.0.0.1" })
    const certificate = await client.certificate(`https://app.example:${port}/`, forEver)
    expect(certificate.refusedBecause).toBeUndefined()
    expect(names).toEqual(["app.example"])
  })

  it("is not there where nobody listens, and where nobody speaks TLS", async () => {
    const unreachable = refused("ENDPOINT_UNREACHABLE")
    await expect(web.certificate(`https://127.0.0.1:${await closedPort()}`, forEver)).rejects.toEqual(unreachable)
    const plain = await oddWebServer(answer(200, ""))
    await expect(web.certificate(`https://127.0.0.1:${plain.port}`, forEver)).rejects.toEqual(unreachable)
  })

  it("is not waited for longer than the signal", async () => {
    const stop = new AbortController()
    // A server that takes the connection and never shakes hands.
    const silent = createServer(() => stop.abort(new Error("enough"))).listen(0, "127.0.0.1")
    onTestFinished(() => void silent.close())
    await once(silent, "listening")
    const { port } = silent.address() as AddressInfo
    await expect(web.certificate(`https://127.0.0.1:${port}`, stop.signal)).rejects.toThrow("enough")
  })
})
