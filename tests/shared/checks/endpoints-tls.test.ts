import { beforeAll, describe, expect, it } from "vitest"
import { webClient } from "../../../shared/adapters/web/web.ts"
import { appcast } from "../../../shared/checks/appcast.ts"
import { health } from "../../../shared/checks/health.ts"
import { updates } from "../../../shared/checks/updates.ts"
import { type Authority, makeAuthority, makeCertificate } from "./authority.ts"
import { endpointsAt, look, oddWebServer, short } from "./odd-web-server.ts"
import { three, updateServer } from "./update-server.ts"

describe("an update server behind TLS", () => {
  let authority: Authority
  beforeAll(async () => {
    authority = await makeAuthority()
  })

  it("whose certificate has expired is out of reach for every client", async () => {
    const tls = await makeCertificate(authority, { fromDays: -90, untilDays: -1 })
    const { url } = await oddWebServer(updateServer({}), tls)
    const result = await look(health, { endpoints: endpointsAt(url), web: webClient({ ca: authority.cert }) })
    expect(short(result)).toBe("fail ENDPOINT_UNREACHABLE")
    expect(result.findings[0]?.message).toContain("it has expired")
  })

  it("that sends its clients to plain http is found out", async () => {
    const plain = await oddWebServer(updateServer({}))
    const { url } = await oddWebServer(
      (request, response) => {
        response.writeHead(301, { location: `${plain.url}${request.url}` }).end()
      },
      await makeCertificate(authority),
    )
    const around = { endpoints: endpointsAt(url), web: webClient({ ca: authority.cert }) }
    const results = await Promise.all([health, updates, appcast].map((check) => look(check, around)))
    expect(results.map(short)).toEqual(three("REDIRECT_REFUSED"))
    expect(plain.asked).toEqual([])
  })

  it("that sends its clients into a private network is found out", async () => {
    const { url, port, asked } = await oddWebServer((request, response) => {
      response.writeHead(302, { location: `${url}${request.url}?again` }).end()
    })
    const web = webClient({ lookup: async () => ["8.8.4.4"], route: () => "127.0.0.1" })
    const endpoints = endpointsAt(`http://app.example:${port}`)
    expect(short(await look({ ...health, tries: 1 }, { endpoints, web }))).toBe("fail REDIRECT_REFUSED")
    expect(asked).toEqual(["GET /health"])
  })
})
