import { describe, expect, it } from "vitest"
import { parseStanding } from "../../../shared/report/parse-standing.ts"
import { checkStanding, history, result, standing } from "./views.ts"

const sound = standing({
  health: checkStanding(result("health", { outcome: "fail", code: "ENDPOINT_UNHEALTHY", remedy: "Look." }), {
    skipped: { since: "2026-11-22T10:00:00.000Z", at: "2026-11-22T10:00:00.000Z", reason: "why" },
    days: history(),
  }),
})

/** The check `health` with something put in its place. */
const withHealth = (change: object) => ({
  ...sound,
  checks: { ...sound.checks, health: { ...sound.checks.health, ...change } },
})

describe("parseStanding", () => {
  it("gives back what was stored", () => {
    expect(parseStanding(JSON.parse(JSON.stringify(sound)))).toEqual(sound)
  })

  it.each([
    undefined,
    null,
    7,
    "text",
    JSON.stringify(sound),
    [],
    {},
    { ...sound, at: "yesterday" },
    { ...sound, at: "2026-13-45T99:99:99.999Z" },
    { ...sound, product: 7 },
    { ...sound, checks: [] },
    { ...sound, live: { version: "1.6.1.44" } },
  ])("knows nothing of %j", (value) => {
    const parsed = parseStanding(value)
    if (Array.isArray((value as { checks?: unknown } | undefined)?.checks)) expect(parsed?.checks ?? {}).toEqual({})
    else expect(parsed).toBeUndefined()
  })

  it.each<[string, object]>([
    ["an unknown outcome", { last: { ...sound.checks.health?.last, outcome: "maybe" } }],
    ["a result of another check", { last: sound.checks.inbox?.last }],
    ["a count that is no count", { inARow: -1 }],
    ["a date that is none", { since: "2026-11-22" }],
    ["a day that is none", { days: [{ day: "2026-11-99", pass: 1, warn: 0, fail: 0 }] }],
    ["findings that are none", { last: { ...sound.checks.health?.last, findings: "none" } }],
  ])("forgets only the check that holds %s", (_what, change) => {
    const { health: _lost, ...others } = sound.checks
    expect(parseStanding(withHealth(change))).toEqual({ ...sound, checks: others })
  })

  it("drops checks and codes that it does not know, and what no contract names", () => {
    const last = {
      ...sound.checks.health?.last,
      findings: [{ outcome: "fail", message: "gone", code: "OLD", secret: 1 }],
    }
    const parsed = parseStanding({
      ...withHealth({ last }),
      checks: { ...withHealth({ last }).checks, unheard: { last } },
    })
    expect(Object.keys(parsed?.checks ?? {})).not.toContain("unheard")
    expect(parsed?.checks.health?.last.findings).toEqual([{ outcome: "fail", message: "gone" }])
  })

  it("is not led astray by names that every object has", () => {
    const checks = JSON.parse('{"__proto__": {"last": 1}, "constructor": {}, "toString": {}}')
    expect(parseStanding({ ...sound, checks })?.checks).toEqual({})
  })

  it("keeps 90 days of more", () => {
    const days = Array.from({ length: 200 }, (_, index) => ({
      day: new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
      pass: 1,
      warn: 0,
      fail: 0,
    }))
    expect(parseStanding(withHealth({ days }))?.checks.health?.days).toEqual(days.slice(-90))
  })
})
