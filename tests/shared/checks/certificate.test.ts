import { beforeAll, describe, expect, it } from "vitest"
import { webClient } from "../../../shared/adapters/web/web.ts"
import { certificate, judgeCertificate } from "../../../shared/checks/certificate.ts"
import { type Authority, type Claims, makeAuthority, makeCertificate } from "./authority.ts"
import { answer, closedPort, endpointsAt, look, oddWebServer, short } from "./odd-web-server.ts"

const DAY_MS = 24 * 60 * 60 * 1000
const now = new Date("2026-11-22T10:00:00Z")
const days = (count: number) => new Date(now.getTime() + count * DAY_MS)

describe("the judge of certificates", () => {
  it.each<[string, { from?: number; to?: number; refusedBecause?: string }, string, string]>([
    ["60 days", {}, "pass", "is valid until 2027-01-21, 60 days from now"],
    ["14 days", { to: 14 }, "pass", "is valid until 2026-12-06, 14 days from now"],
    ["a moment less", { to: 13.999 }, "fail CERTIFICATE_EXPIRING", "is valid until 2026-12-06, 13 days from now"],
    ["a day", { to: 1 }, "fail CERTIFICATE_EXPIRING", "is valid until 2026-11-23, 1 day from now"],
    ["this moment", { to: 0 }, "fail CERTIFICATE_INVALID", "expired on 2026-11-22"],
    ["no day more", { to: -3, refusedBecause: "it has expired" }, "fail CERTIFICATE_INVALID", "expired on 2026-11-19"],
    ["no day yet", { from: 1 }, "fail CERTIFICATE_INVALID", "is not valid before 2026-11-23"],
    ["60 days for another", { refusedBecause: "another name" }, "fail CERTIFICATE_INVALID", "another name"],
  ])("of %s", (_what, { from = -30, to = 60, refusedBecause }, ending, message) => {
    const seen = { validFrom: days(from), validTo: days(to), ...(refusedBecause && { refusedBecause }) }
    const finding = judgeCertificate("app.example", seen, now)
    expect([finding.outcome, finding.code].filter(Boolean).join(" ")).toBe(ending)
    expect(finding.message).toContain(message)
    expect(finding.message).toContain("app.example")
  })
})

describe("the check of certificates", () => {
  let authority: Authority
  beforeAll(async () => {
    authority = await makeAuthority()
  })

  const serve = async (claims: Claims = {}) => oddWebServer(answer(200, ""), await makeCertificate(authority, claims))
  const web = () => webClient({ ca: authority.cert })

  it.each<[string, Claims, string]>([
    ["valid", {}, "pass"],
    ["expiring in five days", { untilDays: 5 }, "fail CERTIFICATE_EXPIRING"],
    ["expired", { fromDays: -90, untilDays: -1 }, "fail CERTIFICATE_INVALID"],
    ["made out to another name", { name: "other.example" }, "fail CERTIFICATE_INVALID"],
  ])("sees one that is %s", async (_what, claims, ending) => {
    const { url } = await serve(claims)
    expect(short(await look(certificate, { endpoints: endpointsAt(url), web: web() }))).toBe(ending)
  })

  it("sees one of an unknown authority", async () => {
    const { url } = await serve()
    expect(short(await look(certificate, { endpoints: endpointsAt(url) }))).toBe("fail CERTIFICATE_INVALID")
  })

  it("counts the days by our own clock", async () => {
    const { url } = await serve({ untilDays: 15 })
    const at = (ahead: number) => ({
      now: () => new Date(Date.now() + ahead * DAY_MS),
      endpoints: endpointsAt(url),
      web: web(),
    })
    expect(short(await look(certificate, at(0)))).toBe("pass")
    expect(short(await look(certificate, at(2)))).toBe("fail CERTIFICATE_EXPIRING")
    expect(short(await look(certificate, at(16)))).toBe("fail CERTIFICATE_INVALID")
  })

  it("looks at each server once, and at all of them though one is down", async () => {
    const [good, bad, down] = [await serve(), await serve({ untilDays: 5 }), await closedPort()]
    const endpoints = {
      health: `${good.url}/health`,
      updatesHealth: `${good.url}/updates/health`,
      appcast: `${bad.url}/a.xml`,
    }
    const both = await look({ ...certificate, tries: 1 }, { endpoints, web: web() })
    expect(short(both)).toBe("fail CERTIFICATE_EXPIRING")
    expect(both.findings).toHaveLength(2)
    expect(good.sockets).toHaveLength(1)

    const one = await look(certificate, {
      endpoints: { ...endpoints, health: `https://127.0.0.1:${down}/` },
      web: web(),
    })
    expect(short(one)).toBe("fail ENDPOINT_UNREACHABLE CERTIFICATE_EXPIRING")
    expect(one).toMatchObject({ tries: 2, findings: [{}, { outcome: "pass" }, {}] })
  })

  it("has nothing to look at on plain http, nor without endpoints", async () => {
    const plain = await look(certificate, { endpoints: endpointsAt("http://127.0.0.1:1") })
    expect(plain).toMatchObject({ outcome: "skip", findings: [{ message: expect.stringContaining("plain http") }] })
    expect(short(await look(certificate, {}))).toBe("skip")
  })
})
