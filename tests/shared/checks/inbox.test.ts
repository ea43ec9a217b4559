import { describe, expect, it } from "vitest"
import type { Finding, Outcome } from "../../../shared/checks/check.ts"
import { judgeGithub } from "../../../shared/checks/github.ts"
import { judgeInbox, type SeenInbox } from "../../../shared/checks/inbox.ts"
import { judgeVersions } from "../../../shared/checks/versions.ts"
import { Problem } from "../../../shared/problem.ts"
import type { Phase, ReleaseRecord } from "../../../shared/release/model.ts"
import type { VersionPoint } from "../../../shared/version/points.ts"

const NOW = new Date("2026-11-22T10:00:00.000Z")
const told = (findings: Finding[]) => findings.map(({ outcome, code }) => [outcome, code].join(" ").trim())

function record(phase: Phase, hours: number, more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const at = new Date(NOW.getTime() - hours * 3_600_000).toISOString()
  const artifacts = [{ name: "App.dmg", kind: "dmg" as const, path: "v1.6.1.44/App.dmg", size: 1, etag: "e" }]
  return { tag: "v1.6.1.44", phase, artifacts, timeline: [{ at, event: "uploaded" }], ...more }
}

/** A timeline: so many hours ago, and what happened then. */
function ago(...steps: (number | string)[]): Pick<ReleaseRecord, "timeline"> {
  const timeline = []
  for (let step = 0; step < steps.length; step += 2) {
    const at = new Date(NOW.getTime() - Number(steps[step]) * 3_600_000).toISOString()
    timeline.push({ at, event: String(steps[step + 1]) })
  }
  return { timeline }
}

const DMG = { problem: new Problem("DMG_INVALID", "App.dmg is a web page").summary() }
const OUTAGE = { problem: new Problem("GITHUB_UNREACHABLE", "no answer").summary() }
const STRAY = { path: "a\u202e/b.txt", problem: new Problem("INBOX_STRAY", "x").summary() }

describe("judgeInbox", () => {
  const seen: SeenInbox = { fileCount: 0, strays: [], records: [], newest: new Map(), poisoned: 0 }

  it.each<[string, Partial<SeenInbox>, string[]]>([
    ["it is empty", {}, ["pass"]],
    ["files are on their way", { fileCount: 3, records: [record("waiting", 1)] }, ["pass"]],
    ["everything was released", { records: [record("complete", 99)] }, ["pass"]],
    ["a batch is blocked (incident 22)", { records: [record("blocked", 0, DMG)] }, ["fail DMG_INVALID"]],
    ["a retry is coming", { records: [record("failed", 0.5, OUTAGE)] }, ["warn GITHUB_UNREACHABLE"]],
    [
      "retries have not helped for hours, the latest a minute ago",
      { records: [record("failed", 2, { ...OUTAGE, ...ago(2, "uploaded", 0.02, "failed") })] },
      ["fail GITHUB_UNREACHABLE"],
    ],
    [
      "a retry is coming, and the run before got on",
      { records: [record("failed", 9, { ...OUTAGE, ...ago(9, "uploaded", 0.5, "sent", 0.1, "failed") })] },
      ["warn GITHUB_UNREACHABLE"],
    ],
    [
      "a run has failed ever since its files are there, and has not seen them",
      {
        records: [record("failed", 0.1, { ...OUTAGE, ...ago(0.1, "failed") })],
        newest: new Map([["v1.6.1.44", new Date("2026-11-22T08:00:00.000Z")]]),
      },
      ["fail GITHUB_UNREACHABLE"],
    ],
    [
      "nothing but failures is on record",
      { records: [record("failed", 9, { ...OUTAGE, ...ago(9, "failed", 0.1, "failed") })] },
      ["fail GITHUB_UNREACHABLE"],
    ],
    [
      "a batch waits since its newest file, whatever else was tried since",
      { records: [record("waiting", 3, ago(3, "uploaded", 0.1, "blocked"))] },
      ["fail INBOX_STUCK"],
    ],
    [
      "the newest file of a batch is new",
      { records: [record("waiting", 9, ago(9, "uploaded", 1, "uploaded"))] },
      ["pass"],
    ],
    ["all files of a waiting batch were taken away", { records: [record("waiting", 9, { artifacts: [] })] }, ["pass"]],
    ["a record says nothing of when", { records: [record("publishing", 9, { timeline: [] })] }, ["pass"]],
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
    lacking: [],
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
  const layoutOf = (points: VersionPoint[]) => ({
    versionPath: "VERSION",
    manifestPath: "manifest.json",
    points,
    manifestNow: false,
  })
  const files = (text: string) => new Map([["config.yaml", text]])

  it.each<[string, typeof yaml, Map<string, string>, string, string]>([
    ["agrees", yaml, files("server:\n  version: 1.6.1.44 # now\n"), "pass", "of 1 version points 1 agree"],
    [
      "differs (incident 12)",
      yaml,
      files("server:\n  version: 1.0.3\n"),
      "fail VERSION_POINT_DIFFERS",
      'config.yaml:2 says "1.0.3"',
    ],
    ["is missing", yaml, files("server: {}\n"), "fail VERSION_POINT_UNMATCHED", "server.version"],
    ["has no file", yaml, new Map(), "fail VERSION_POINT_UNMATCHED", "is not in the workspace"],
    ["may have no file", { ...yaml, optional: true }, new Map(), "pass", "0 agree with it, 1 absent as they may be"],
    ["is damaged", yaml, files("server: [\n"), "fail VERSION_POINT_UNMATCHED", "is not YAML"],
  ])("says so when a point %s", (_what, point, texts, code, words) => {
    const findings = judgeVersions("1.6.1.44", layoutOf([point]), texts)
    expect(told(findings)).toEqual([code])
    expect(findings[0]?.message).toContain(words)
  })

  it("is content with VERSION alone", () => {
    expect(told(judgeVersions("1.6.1.44", layoutOf([]), new Map()))).toEqual(["pass"])
  })

  it("warns only of the manifest, which follows when the release is published", () => {
    const point = { file: "manifest.json", format: "json" as const, path: "version", optional: false }
    const at = (version: string) => new Map([["manifest.json", JSON.stringify({ version })]])
    const judged = ["1.6.1.43", "1.6.1.44"].map((version) =>
      told(judgeVersions("1.6.1.44", layoutOf([point]), at(version))),
    )
    expect(judged).toEqual([["warn VERSION_POINT_DIFFERS"], ["pass"]])
  })

  it("tells every point that is wrong, and none at length", () => {
    const points = ["a", "b"].map((file) => ({ file, format: "regex" as const, path: "v=(.*)", optional: false }))
    const texts = new Map(points.map(({ file }) => [file, `v=${"9".repeat(5000)}`]))
    const findings = judgeVersions("1.6.1.44", layoutOf(points), texts)
    expect(told(findings)).toEqual(Array(2).fill("fail VERSION_POINT_UNMATCHED"))
    expect(findings[0]?.message.length).toBeLessThan(300)
  })
})
