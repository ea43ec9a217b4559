import { CHECK_IDS, type CheckId, type CheckResult, type Outcome } from "../checks/check.ts"
import type { ProblemSummary } from "../problem.ts"
import type { ReleaseRecord } from "../release/model.ts"
import type { Live, Report } from "./report.ts"
import type { CheckStanding, Standing } from "./standing.ts"

/** All that is shown, in whatever form. */
export interface View {
  product: string
  now: Date
  standing?: Standing
  /** One stored report, shown instead of how things stand now. */
  report?: Report
  /** Newest first. */
  releases: readonly ReleaseRecord[]
  /** Files in the inbox that no release will take. */
  strays: readonly { path: string; problem: ProblemSummary }[]
  /** An alert is open. */
  alert?: { since: string }
}

/** One stored report alone: it speaks of its own time, not of what is released or waits now. */
export function viewOfReport(report: Report, now: Date): View {
  return { product: report.product, now, report, releases: [], strays: [] }
}

/** What is known of one check. */
export interface Row {
  id: CheckId
  /** Absent when nobody has ever looked. */
  seen?: CheckResult
  /** `skip` also where earlier runs have looked, and the latest could not. */
  outcome: Outcome | "none"
  /** When it was last looked at, or could not be. */
  at?: string
  /** Why the latest runs have not looked, though earlier ones did. */
  skipped?: string
  /** What led here; absent where a single report is shown. */
  standing?: CheckStanding
}

/** Every check, in the order in which people read them. */
export function rowsOf({ standing, report }: View): Row[] {
  return CHECK_IDS.map((id) => (report ? reported(id, report) : stands(id, standing?.checks[id])))
}

function reported(id: CheckId, report: Report): Row {
  const seen = report.results.find((result) => result.id === id)
  return seen ? { id, seen, outcome: seen.outcome, at: seen.at } : { id, outcome: "none" }
}

function stands(id: CheckId, standing: CheckStanding | undefined): Row {
  if (!standing) return { id, outcome: "none" }
  const { last: seen, skipped } = standing
  if (!skipped) return { id, seen, outcome: seen.outcome, at: seen.at, standing }
  // What failed and could not be looked at again has not been mended.
  const outcome = seen.outcome === "fail" ? "fail" : "skip"
  return { id, seen, outcome, at: skipped.at, skipped: skipped.reason, standing }
}

/** What clients are offered, as far as it is known. */
export function liveOf({ standing, report }: View): Live | undefined {
  return (report ?? standing)?.live
}

/** How old what a check has seen may be before nobody knows any more: a few of its timer's turns. */
export const FRESH_MS = 30 * 60 * 1000
const FRESH_ON_VM_MS = 13 * 60 * 60 * 1000

/** Whether what a check has seen is too old to speak of now. A stored report only speaks of its own time. */
export function isStale({ id, seen }: Row, { now, report }: View): boolean {
  if (report || !seen) return false
  const age = now.getTime() - Date.parse(seen.at)
  return age > (id.startsWith("vm-") ? FRESH_ON_VM_MS : FRESH_MS)
}
