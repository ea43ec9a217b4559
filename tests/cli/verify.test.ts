import { describe, expect, it } from "vitest"
import { summary } from "../../cli/verify.ts"
import type { CheckResult, Report } from "../../shared/app.ts"

function report(...outcomes: CheckResult["outcome"][]): Report {
  const at = "2026-11-22T10:00:00.000Z"
  const results = outcomes.map((outcome) => {
    return { id: "health" as const, title: "Well", outcome, findings: [], at, durationMs: 1, tries: 1 }
  })
  const live = { version: "1.6.1.44", url: "https://example.org/App.dmg" }
  return {
    id: "R",
    product: "App",
    at,
    durationMs: 1,
    reason: "terminal",
    live,
    good: !outcomes.includes("fail"),
    results,
  }
}

describe("summary", () => {
  it.each<[Report, string]>([
    [report("pass", "pass"), "Good: App 1.6.1.44, 2 checks pass"],
    [report("pass", "skip"), "Good: App 1.6.1.44, 1 checks pass, 1 skipped"],
    [report("pass", "warn", "skip"), "Good: App 1.6.1.44, 1 checks pass, 1 with a warning, 1 skipped"],
    [report("pass", "fail"), "Not proven: health"],
  ])("takes a warning for no pass: %#", (seen, sentence) => {
    expect(summary(seen)).toBe(sentence)
  })
})
