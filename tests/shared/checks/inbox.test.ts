import { describe, expect, it } from "vitest"
import type { Finding, Outcome } from "../../../shared/checks/check.ts"
import { judgeGithub } from "../../../shared/checks/github.ts"
import { judgeInbox, type SeenInbox } from "../../../shared/checks/inbox.ts"
import { judgeVersions } from "../../../shared/checks/versions.ts"
import { Problem } from "../../../shared/problem.ts"
import type { Phase, ReleaseRecord } from "../../../shared/release/model.ts"

const NOW = new Date("2026-11-22T10:00:00.000Z")
const told = (findings: Finding[]) => findings.map(({ outcome, code }) => [outcome, code].join(" ").trim())

function record(phase: Phase, hours: number, more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const at = new Date(NOW.getTime() - hours * 3_600_000).toISOString()
  const artifacts = [{ name: "App.dmg", kind: "dmg" as const, path: "v1.6.1.44/App.dmg", size: 1, etag: "e" }]
  return { tag: "v1.6.1.44", phase, artifacts, timeline: [{ at, event: "uploaded" }], ...more }
}

const DMG = { problem: new Problem("DMG_INVALID", "App.dmg is a web page").summary() }
const OUTAGE = { problem: new Problem("GITHUB_UNREACHABLE", "no answer").summary() }
const STRAY = { path: "a\u202e/b.txt", problem: new Problem("INBOX_STRAY", "x").summary() }

describe("judgeInbox", () => {
  const seen: SeenInbox = { fileCount: 0, strays: [], records: [], poisoned: 0 }

  it.each<[string, Partial<SeenInbox>, string[]]>([
    ["it is empty", {}, ["pass"]],
    ["files are on their way", { fileCount: 3, records: [record("waiting", 1)] }, ["pass"]],
    ["everything was released", { records: [record("complete", 99)] }, ["pass"]],
    ["a batch is blocked (incident 22)", { records: [record("blocked", 0, DMG)] }, ["fail DMG_INVALID"]],
    ["a retry is coming", { records: [record("failed", 0.5, OUTAGE)] }, ["warn GITHUB_UNREACHABLE"]],
    ["retries have not helped for hours", { records: [record("failed", 2, OUTAGE)] }, ["fail GITHUB_UNREACHABLE"]],
    [
      "a batch has waited too long",
      { records: [record("waiting", 3, { waitingFor: ["NOTES.md"] })] },
      ["fail INBOX_STUCK"],
    ],
    ["a run hangs (incident 16)", { records: [record("publishing", 2)] }, ["fail INBOX_STUCK"]],
    ["a run is under way", { records: [record("publishing", 0.1)] }, ["pass"]],
    ["a file belongs nowhere", { fileCount: 1, strays: [STRAY] }, ["warn INBOX_STRAY"]],
    ["events failed for good", { poisoned: 2 }, ["warn INBOX_POISONED"]],
    [
      "two things are wrong",
      { poisoned: 1, records: [record("blocked", 0, DMG)] },
      ["fail DMG_INVALID", "warn INBOX_POISONED"],
    ],
  ])("says so when %s", (_what, more, expected) => {
    expect(told(judgeInbox({ ...seen, ...more }, NOW))).toEqual(expected)
  })

  it("shows no character that steers a terminal", () => {
    expect(judgeInbox({ ...seen, strays: [STRAY] }, NOW)[0]?.message).toBe("a?/b.txt is left alone")
  })
})

describe("judgeGithub", () => {
  const access = {
    repository: "acme/app",
    exists: true,
    private: false,
    canRead: true,
    canWrite: true,
    missing: [],
    excess: [],
  }
  const limit = (remaining: number) => ({ limit: 5000, remaining, resetsAt: "2026-11-22T11:00:00.000Z" })

  it.each<[string, object, object | undefined, Outcome, string]>([
    ["all is well", {}, limit(4000), "pass", "acme/app"],
    ["there is no limit", {}, undefined, "pass", "acme/app"],
    ["it cannot be seen", { exists: false }, undefined, "fail", "cannot be seen"],
    [
      "it may not be written",
      { canWrite: false, missing: ["contents: write"] },
      undefined,
      "fail",
      "lacks contents: write",
    ],
    ["too much is allowed", { excess: ["actions: write"] }, undefined, "warn", "actions: write"],
    ["few requests are left", {}, limit(100), "warn", "100 of 5000"],
    ["none is left", {}, limit(0), "fail", "0 of 5000"],
  ])("says so when %s", (_what, more, rateLimit, outcome, words) => {
    const found = { login: "slipway", repositories: [{ ...access, ...more }], ...(rateLimit && { rateLimit }) }
    const [finding] = judgeGithub(found as Parameters<typeof judgeGithub>[0])
    expect([finding?.outcome, finding?.message]).toEqual([outcome, expect.stringContaining(words)])
  })
})

describe("judgeVersions", () => {
  const yaml = { file: "config.yaml", format: "yaml" as const, path: "server.version", optional: false }
  const files = (text: string) => new Map([["config.yaml", text]])

  it.each<[string, typeof yaml, Map<string, string>, string, string]>([
    ["agrees", yaml, files("server:\n  version: 1.6.1.44 # now\n"), "pass", "1 points agree"],
    [
      "differs (incident 12)",
      yaml,
      files("server:\n  version: 1.0.3\n"),
      "fail VERSION_POINT_DIFFERS",
      'config.yaml:2 says "1.0.3"',
    ],
    ["is missing", yaml, files("server: {}\n"), "fail VERSION_POINT_UNMATCHED", "server.version"],
    ["has no file", yaml, new Map(), "fail VERSION_POINT_UNMATCHED", "is not in the workspace"],
    ["may have no file", { ...yaml, optional: true }, new Map(), "pass", "agree"],
    ["is damaged", yaml, files("server: [\n"), "fail VERSION_POINT_UNMATCHED", "is not YAML"],
  ])("says so when a point %s", (_what, point, texts, code, words) => {
    const findings = judgeVersions("1.6.1.44", [point], texts)
    expect(told(findings)).toEqual([code])
    expect(findings[0]?.message).toContain(words)
  })

  it("is content with VERSION alone", () => {
    expect(told(judgeVersions("1.6.1.44", [], new Map()))).toEqual(["pass"])
  })
})
