import { describe, expect, it } from "vitest"
import type { Finding } from "../../../shared/checks/check.ts"
import { judgeHealth } from "../../../shared/checks/endpoint-health.ts"
import type { Offered } from "../../../shared/checks/sight.ts"
import { OFFER } from "./odd-web-server.ts"

const offered: Offered = { offer: OFFER }

/** An answer of the predecessor, with other values. */
const health = (other: Record<string, unknown> = {}) => ({
  status: 200,
  text: JSON.stringify({
    status: "OK",
    latest_version: "1.6.1.44",
    latest_build: "1.6.1.44",
    ffmpeg_available: false,
    ...other,
  }),
})
const judge = (answer: { status: number; text: string }, about: Offered = offered) =>
  judgeHealth("app.example/health", answer, about)
const told = (findings: Finding[]) => findings.map(({ outcome, code }) => [outcome, code].filter(Boolean).join(" "))

describe("the judge of health", () => {
  it.each<[string, { status: number; text: string }]>([
    ["OK", health()],
    ["healthy", health({ status: "healthy" })],
    ["Healthy", health({ status: "Healthy" })],
    ["no build", health({ latest_build: undefined })],
    ["keys that nobody knows", health({ workers: [{ status: "bad" }], version: "0" })],
  ])("passes %s", (_what, answer) => expect(told(judge(answer))).toEqual(["pass"]))

  it.each<[string, { status: number; text: string }]>([
    ["a 500", { status: 500, text: '{"status": "unhealthy", "error": "s3cret"}' }],
    ["a 502 with a page", { status: 502, text: "<html><h1>502 Bad Gateway</h1></html>" }],
    ["a 404", { status: 404, text: "" }],
    ["a sign-in", { status: 401, text: "" }],
    ["an empty answer", { status: 204, text: "" }],
    ["a page", { status: 200, text: "<!DOCTYPE html><p>Welcome" }],
    ["nothing", { status: 200, text: "" }],
    ["cut JSON", { status: 200, text: '{"status": "OK", "latest_ver' }],
    ["a byte-order mark", { status: 200, text: `\ufeff${health().text}` }],
    ["a list", { status: 200, text: "[]" }],
    ["null", { status: 200, text: "null" }],
    ["a bad status", health({ status: "degraded" })],
    ["no status", health({ status: undefined })],
    ["a status that is no text", health({ status: true })],
  ])("finds %s unhealthy, and says nothing that the server said in confidence", (_what, answer) => {
    const findings = judge(answer)
    expect(told(findings)).toEqual(["fail ENDPOINT_UNHEALTHY"])
    expect(JSON.stringify(findings)).not.toContain("s3cret")
  })

  it.each<[string, { status: number; text: string }, RegExp]>([
    ["an older version", health({ latest_version: "1.6.1.9", latest_build: "1.6.1.9" }), /only the restart is missing/],
    ["a newer version", health({ latest_version: "1.7.0.1", latest_build: "1.7.0.1" }), /changed the VM by hand/],
    ["a version that has no order", health({ latest_version: "beta", latest_build: "beta" }), /vm-manifest/],
    ["no version", health({ latest_version: undefined }), /latest_version/],
    ["a number", health({ latest_version: 1.6 }), /vm-manifest/],
    ["another build", health({ latest_build: "1001" }), /the same update for ever/],
    ["a build that is a number", health({ latest_build: 1001 }), /the same update for ever/],
  ])("finds a server outdated that says %s, with a remedy of its own", (_what, answer, remedy) => {
    const findings = judge(answer)
    expect(told(findings)).toEqual(["fail ENDPOINT_OUTDATED"])
    expect(findings[0]?.remedy).toMatch(remedy)
  })

  it("tells a wrong version and another wrong build apart", () => {
    expect(judge(health({ latest_version: "1.6.1.43", latest_build: "1001" })).map(({ message }) => message)).toEqual([
      'app.example/health offers "1.6.1.43", expected 1.6.1.44',
      'app.example/health says that its build is "1001", expected 1.6.1.44',
    ])
  })

  it("knows what a status usually means", () => {
    const remedies = [401, 404, 502, 500].map((status) => judge({ status, text: "" })[0]?.remedy)
    expect(new Set(remedies).size).toBe(4)
  })

  it("looks at health alone while nothing is offered", () => {
    expect(told(judge(health({ latest_version: "0.0.0.0" }), { nothing: true }))).toEqual(["pass"])
    expect(told(judge({ status: 500, text: "" }, { nothing: true }))).toEqual(["fail ENDPOINT_UNHEALTHY"])
  })

  it("warns when nobody can say what it should be compared with", () => {
    const findings = judge(health(), { unknown: "the manifest is not sound" })
    expect(told(findings)).toEqual(["warn MANIFEST_DIFFERS"])
    expect(findings[0]?.message).toContain("the manifest is not sound")
    expect(told(judge({ status: 500, text: "" }, { unknown: "" }))).toEqual(["fail ENDPOINT_UNHEALTHY"])
  })

  it("quotes no more than a person reads", () => {
    expect(judge(health({ latest_version: "9".repeat(10_000) }))[0]?.message.length).toBeLessThan(300)
  })
})
