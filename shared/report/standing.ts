import type { CheckId, CheckResult } from "../checks/check.ts"
import type { Live } from "./report.ts"

/** How often a check ended how on one day (UTC). */
export interface Day {
  /** `2026-11-22`. */
  day: string
  pass: number
  warn: number
  fail: number
}

/** Where one check stands: its latest result, what led there, and its history. */
export interface CheckStanding {
  /** The latest result of a run that looked; a skip only where no run ever did, or none has for a day. */
  last: CheckResult
  /** The report that `last` is from. */
  report: string
  /** Since when `last.outcome` is what it is, ISO 8601. */
  since: string
  /** How many runs in a row have ended this way: failing, or not failing. */
  inARow: number
  /** Two failing runs in a row make it true, two that do not fail make it false again. */
  down: boolean
  /** Runs after `last` have not looked: since when, and why. */
  skipped?: { since: string; at: string; reason: string }
  /** Oldest first, at most 90; days without a run are left out. */
  days: Day[]
}

/** All that is known of the product's health: every check's latest result, whichever run it is from. */
export interface Standing {
  product: string
  /** When the latest run began, ISO 8601. */
  at: string
  version?: string
  live?: Live
  checks: { [Id in CheckId]?: CheckStanding }
}
