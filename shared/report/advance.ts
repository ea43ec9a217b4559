import { CHECK_IDS, type CheckId, type CheckResult } from "../checks/check.ts"
import { boundedFindings, cut } from "./bounds.ts"
import type { Live, Report } from "./report.ts"
import type { CheckStanding, Day, Standing } from "./standing.ts"

/** How far back the history goes, in days. */
export const HISTORY_DAYS = 90

const DAY_MS = 24 * 60 * 60 * 1000

/** What is skipped for so long is not looked at any more: it was taken out of the configuration. */
const FORGOTTEN_MS = DAY_MS

/** How many runs in a row turn a check down, or up again. */
const CONFIRMED = 2

/** Longer than any sensible text of these, in bytes of JSON. */
const TEXT_BYTES = 200
const URL_BYTES = 1000

/** The standing after a run. Runs may end out of order: an older one adds to the history, and changes nothing else. */
export function advance(standing: Standing | undefined, report: Report): Standing {
  const checks = { ...standing?.checks }
  for (const result of report.results) checks[result.id] = advanceCheck(checks[result.id], result, report.id)
  const older = standing && report.at < standing.at
  const { product, at, version, live } = older ? standing : { ...report, live: offered(standing, report) }
  return {
    product: cut(product, TEXT_BYTES),
    at,
    ...(version !== undefined && { version: cut(version, TEXT_BYTES) }),
    ...(live && { live: { version: cut(live.version, TEXT_BYTES), url: cut(live.url, URL_BYTES) } }),
    checks,
  }
}

/** A run that offers nothing may only have been unable to read: then what was known stays. */
function offered(standing: Standing | undefined, { live, results }: Report): Live | undefined {
  const manifest = results.find(({ id }) => id === "manifest")
  const read = manifest !== undefined && manifest.outcome !== "fail"
  return live ?? (read ? undefined : standing?.live)
}

/** Checks whose latest outcome is not confirmed: failed once and not down, or passed once while down. They are looked at again soon. */
export function inDoubt(standing: Standing): CheckId[] {
  return CHECK_IDS.filter((id) => {
    const { last, down } = standing.checks[id] ?? {}
    return last !== undefined && last.outcome !== "skip" && (last.outcome === "fail") !== down
  })
}

function advanceCheck(before: CheckStanding | undefined, result: CheckResult, report: string): CheckStanding {
  const { outcome, at } = result
  if (outcome === "skip") return skipped(before, result, report)
  const days = counted(before?.days ?? [], result)
  if (!before || before.last.outcome === "skip") {
    return { last: remembered(result), report, since: at, inARow: 1, down: false, days }
  }
  if (at < before.last.at) return { ...before, days }
  const { skipped: _over, ...stands } = before
  const failing = outcome === "fail"
  const inARow = failing === (before.last.outcome === "fail") ? before.inARow + 1 : 1
  return {
    ...stands,
    last: remembered(result),
    report,
    since: outcome === before.last.outcome ? before.since : at,
    inARow,
    down: inARow >= CONFIRMED ? failing : before.down,
    days,
  }
}

/** A run that did not look proves nothing either way: what was seen before stays until nobody has looked for a day. */
function skipped(before: CheckStanding | undefined, result: CheckResult, report: string): CheckStanding {
  const { at, findings } = result
  if (before && before.last.outcome !== "skip") {
    if (at < before.last.at || at < (before.skipped?.at ?? "")) return before
    const { since = at } = before.skipped ?? {}
    const reason = cut(findings[0]?.message ?? "no reason given", TEXT_BYTES)
    if (Date.parse(at) - Date.parse(since) < FORGOTTEN_MS) return { ...before, skipped: { since, at, reason } }
  }
  if (before && at < before.last.at) return before
  const since = before?.last.outcome === "skip" ? before.since : at
  return { last: remembered(result), report, since, inARow: 0, down: false, days: before?.days ?? [] }
}

function remembered({ title, findings, ...result }: CheckResult): CheckResult {
  return { ...result, title: cut(title, TEXT_BYTES), findings: boundedFindings(findings) }
}

function counted(days: readonly Day[], { at, outcome }: CheckResult): Day[] {
  const day = at.slice(0, "2026-11-22".length)
  const others = days.filter((each) => each.day !== day)
  const today = days.find((each) => each.day === day) ?? { day, pass: 0, warn: 0, fail: 0 }
  const all = [...others, outcome === "skip" ? today : { ...today, [outcome]: today[outcome] + 1 }]
  all.sort((a, b) => (a.day < b.day ? -1 : 1))
  const first = firstDay(all.at(-1)?.day ?? day)
  return all.filter((each) => each.day >= first)
}

/** The oldest day that is kept when `last` is the newest. */
function firstDay(last: string): string {
  return new Date(Date.parse(last) - (HISTORY_DAYS - 1) * DAY_MS).toISOString().slice(0, last.length)
}
