import type { CheckId, Finding } from "../checks/check.ts"
import { PROOF, SERVED } from "./needed.ts"
import { ago, clipped, counted, listed, moment, period, sentences } from "./text.ts"
import { FRESH_MS, isStale, liveOf, type Row, rowsOf, type View } from "./view.ts"

/** How things are, in a word. `live` is offered to clients, and not everything that proves it was seen. */
export type Verdict = "proven" | "live" | "failing" | "stale" | "nothing"

/** How things are, in a sentence without its full stop, and what a person should do. */
export interface Told {
  verdict: Verdict
  says: string
  remedy?: string
}

/** What hurts clients right now comes before everything else; then the order in which people read. */
const WORST: readonly CheckId[] = ["download", "appcast"]

/** Longer messages are told further down. */
const MESSAGE_LENGTH = 160

/** The sentence that a tired person reads first, with what to do. */
export function headline(view: View): string {
  const { says, remedy } = tell(view)
  return sentences(says, remedy)
}

/** How things are. Never claims more than has been seen lately. */
export function tell(view: View): Told {
  const rows = rowsOf(view)
  if (rows.every(({ seen }) => seen === undefined)) return unseen(view)
  const failing = failingFirst(rows)
  const stale = staleness(view)
  if (stale !== undefined) return outOfDate(view, failing, stale)
  if (failing.length > 0) return failed(view, failing)
  return sound(view, rows)
}

/** The failing checks, the one that hurts most first. */
function failingFirst(rows: readonly Row[]): Row[] {
  const failing = rows.filter(({ outcome }) => outcome === "fail")
  return [...failing.filter(({ id }) => WORST.includes(id)), ...failing.filter(({ id }) => !WORST.includes(id))]
}

/** The finding that made a check end as it did. */
export function gravest({ seen }: Row): Finding | undefined {
  return seen?.findings.find(({ outcome }) => outcome === seen.outcome)
}

function named(view: View): string {
  const live = liveOf(view)
  return live ? `${view.product} ${live.version}` : view.product
}

function unseen({ product, releases, report }: View): Told {
  const [newest] = releases
  if (report) return { verdict: "nothing", says: `${product}: this run looked at nothing` }
  if (!newest) {
    const remedy = "Put a release's files into the inbox, and its proof will appear here"
    return { verdict: "nothing", says: `${product}: nothing has been released yet`, remedy }
  }
  return { verdict: "nothing", says: `${product} ${newest.tag}: nothing has been looked at yet`, remedy: WAIT }
}

const WAIT = "The first run comes within five minutes"

/** How long ago the latest run was, when that is too long. */
function staleness({ standing, report, now }: View): number | undefined {
  if (report || !standing) return undefined
  const age = now.getTime() - Date.parse(standing.at)
  return age > FRESH_MS ? age : undefined
}

function outOfDate(view: View, failing: readonly Row[], age: number): Told {
  const then = failing.length > 0 ? `, and ${theyFail(failing)} then` : ""
  return {
    verdict: "stale",
    says: `${named(view)} was last looked at ${period(age)} ago${then}`,
    remedy: "Look whether the function app and its timers run: nobody knows how things are now",
  }
}

function theyFail(failing: readonly Row[]): string {
  return failing.length === 1 ? `${failing[0]?.id} failed` : `${counted(failing.length, "check")} failed`
}

function failed(view: View, failing: readonly Row[]): Told {
  const [first] = failing
  const { message = "no reason given", remedy } = (first && gravest(first)) ?? {}
  const what =
    failing.length === 1 ? `${first?.id} fails` : `${counted(failing.length, "check")} fail, first ${first?.id}`
  const says = `${subject(view)}${what}: ${clipped(message, MESSAGE_LENGTH)}`
  return { verdict: "failing", says, ...(remedy !== undefined && { remedy }) }
}

function subject(view: View): string {
  const { report } = view
  if (report) return `${named(view)} on ${moment(report.at)}: `
  return liveOf(view) ? `${named(view)} is live, but ` : `${view.product}: `
}

function sound(view: View, rows: readonly Row[]): Told {
  const { product, report, now } = view
  const needed = rows.filter(({ id }) => PROOF.includes(id))
  const served = rows.filter(({ id }) => SERVED.includes(id))
  const when = (at: string) => (report ? ` on ${moment(at)}` : `, seen ${ago(at, now)}`)
  const at = report?.at ?? view.standing?.at ?? ""
  if (!liveOf(view)) return { verdict: "nothing", says: `${product}: nothing is offered to clients yet${when(at)}` }

  const lacking = [...needed.filter((row) => !isSeen(row, view)), ...served.filter((row) => !isServed(row, view))]
  const was = report ? "was" : "is"
  if (lacking.length > 0) {
    const lacks = `${listed(lacking.map(({ id }) => id))} ${lacking.length === 1 ? "has" : "have"} not been seen${report ? "" : " lately"}`
    return { verdict: "live", says: `${named(view)} ${was} live${when(at)}, but not proven: ${lacks}` }
  }
  const oldest = [...needed, ...served].flatMap(({ seen }) => seen?.at ?? []).toSorted()[0] ?? at
  return { verdict: "proven", says: `${named(view)} ${was} live and proven${when(oldest)}` }
}

function isSeen(row: Row, view: View): boolean {
  return (row.outcome === "pass" || row.outcome === "warn") && !isStale(row, view)
}

/** An update server that is not configured proves nothing, and hides nothing. */
function isServed(row: Row, view: View): boolean {
  return isSeen(row, view) || (row.outcome === "skip" && row.skipped === undefined)
}
