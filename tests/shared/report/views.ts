import { CHECK_IDS, type CheckId, type CheckResult, type Finding } from "../../../shared/checks/check.ts"
import type { ReleaseRecord, TimelineEntry } from "../../../shared/release/model.ts"
import { advance } from "../../../shared/report/advance.ts"
import type { Report } from "../../../shared/report/report.ts"
import type { CheckStanding, Day, Standing } from "../../../shared/report/standing.ts"
import type { View } from "../../../shared/report/view.ts"

export const NOW = new Date("2026-11-22T10:02:00.000Z")
/** Two minutes before. */
export const AT = "2026-11-22T10:00:00.000Z"
export const LIVE = {
  version: "1.6.1.44",
  url: "https://github.com/acme/app_releases/releases/download/v1.6.1.44/App.dmg",
}

const TITLES: { [Id in CheckId]: string } = {
  inbox: "The inbox is there and nothing is stuck in it",
  github: "GitHub lets us publish",
  release: "The release of VERSION is public and complete",
  assets: "Every file is what was released",
  download: "Clients can download the installer",
  manifest: "The manifest is sound and offers VERSION",
  versions: "Every version point agrees with VERSION",
  health: "The server answers",
  updates: "The update server answers",
  appcast: "The appcast offers what the manifest says",
  certificate: "The certificates are valid for a while",
  "vm-secret": "The secret is on the VM",
  "vm-manifest": "The manifest on the VM is the workspace's",
  "key-vault": "The secrets are in the vault and valid",
}

const SEEN: { [Id in CheckId]?: string } = {
  inbox: "the container is there, and nothing is stuck",
  download: "275,899,820 bytes are offered at the manifest's URL",
  appcast: "the appcast offers 1.6.1.44, as the manifest does",
}

export function result(id: CheckId, finding: Partial<Finding> = {}, more: Partial<CheckResult> = {}): CheckResult {
  const { outcome = "pass", message = SEEN[id] ?? "as it should be" } = finding
  const findings = [{ ...finding, outcome, message }]
  return { id, title: TITLES[id], outcome, findings, at: AT, durationMs: 120, tries: 1, ...more }
}

export function checkStanding(last: CheckResult, more: Partial<CheckStanding> = {}): CheckStanding {
  const down = last.outcome === "fail"
  return {
    last,
    report: "20261122T100000Z-000123",
    since: "2026-11-20T08:00:00.000Z",
    inARow: 9,
    down,
    days: [],
    ...more,
  }
}

export type Stands = { [Id in CheckId]?: CheckStanding | CheckResult | undefined }

/** Every check passes, but for those that are given; undefined was never looked at. */
export function standing(checks: Stands = {}, more: Partial<Standing> = {}): Standing {
  const all: Standing["checks"] = {}
  for (const id of CHECK_IDS) {
    const given = id in checks ? checks[id] : result(id)
    if (given) all[id] = "last" in given ? given : checkStanding(given)
  }
  return { product: "App", at: AT, version: "1.6.1.44", live: LIVE, checks: all, ...more }
}

export function view(checks: Stands = {}, more: Partial<View> = {}): View {
  return { product: "App", now: NOW, standing: standing(checks), releases: [released()], strays: [], ...more }
}

export function report(results: CheckResult[], more: Partial<Report> = {}): Report {
  const good = results.every(({ outcome }) => outcome !== "fail")
  return {
    id: "20261122T100000Z-000123",
    product: "App",
    at: AT,
    durationMs: 1834,
    reason: "timer",
    version: "1.6.1.44",
    live: LIVE,
    good,
    results,
    ...more,
  }
}

/** A timeline of events a second apart, or at the seconds that are given: `uploaded`, `published@90`. */
export function timeline(...events: string[]): TimelineEntry[] {
  return events.map((told, index) => {
    const [event = "", second = index] = told.split("@")
    return { at: new Date(Date.parse("2026-11-22T09:00:00.000Z") + Number(second) * 1000).toISOString(), event }
  })
}

export function released(tag = "v1.6.1.44", more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    tag,
    phase: "complete",
    artifacts: [],
    release: { id: 44, url: `https://github.com/acme/app_releases/releases/tag/${tag}` },
    manifest: { commit: "c0ffee" },
    timeline: timeline(
      "uploaded",
      "uploaded@4.2",
      "sent@128.4",
      "sent@131.5",
      "published@133.1",
      "committed@134.6",
      "complete@135",
      "on the server@141",
      "proven@325.5",
    ),
    ...more,
  }
}

/** 90 days up to `NOW`: quick checks every five minutes, and what `of` says of each day. */
export function history(of: (age: number) => Partial<Day> = () => ({})): Day[] {
  return Array.from({ length: 90 }, (_, index) => {
    const age = 89 - index
    const day = new Date(NOW.getTime() - age * 86_400_000).toISOString().slice(0, 10)
    return { day, pass: 288, warn: 0, fail: 0, ...of(age) }
  })
}

/** As much as can be: 90 days of every outcome, every check failing at length, 20 releases in trouble, a full inbox. */
export function heaviest(): View {
  const long = (what: string) => `${what} `.repeat(100)
  const days = history((age) => (age % 3 === 0 ? { fail: age } : age % 3 === 1 ? { warn: 3 } : {}))
  const finding: Finding = {
    outcome: "fail",
    code: "VERSION_POINT_UNMATCHED",
    message: long("<told>"),
    remedy: long("<mend>"),
  }
  const results = CHECK_IDS.map((id) => ({
    ...result(id, finding),
    findings: Array.from({ length: 30 }, () => finding),
  }))
  const { checks } = advance(undefined, report(results))
  for (const check of Object.values(checks)) check.days = days
  const problem = { code: "VERSION_MISMATCH", message: "the batch is another one", remedy: "Correct VERSION." } as const
  return view(
    {},
    {
      standing: standing(checks),
      releases: Array.from({ length: 20 }, (_, index) =>
        released(`v1.6.1.${44 - index}`, { phase: "blocked", problem }),
      ),
      strays: Array.from({ length: 500 }, (_, index) => ({
        path: `v1.6.1.45/some folder/App (${index}).dmg`,
        problem: { code: "INBOX_STRAY", message: "it is no artifact of this product", remedy: "Rename it." },
      })),
      alert: { since: AT },
    },
  )
}
