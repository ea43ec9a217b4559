import type { CheckId } from "../checks/check.ts"
import type { ReleaseRecord } from "../release/model.ts"
import { tagOf } from "../version/version.ts"
import { gravest } from "./headline.ts"
import { ago, listed, moment } from "./text.ts"
import { isStale, liveOf, type Row, rowsOf, type View } from "./view.ts"

/** One of the five points of "done", and what the answer rests on. */
export interface Point {
  title: string
  answer: "yes" | "no" | "not known"
  /** For people, without its full stop. */
  evidence: string
}

type Answer = Omit<Point, "title">

/** The five points of the release guide, section 6. A point of which anything was not seen is not known. */
export function points(view: View): Point[] {
  const rows = rowsOf(view)
  const by = (...ids: CheckId[]): Answer =>
    judge(
      rows.filter(({ id }) => ids.includes(id)),
      view,
    )
  return [
    { title: "The inbox is there and healthy", ...by("inbox") },
    { title: "The publication ended without errors", ...(publication(view) ?? by("release")) },
    { title: "Its files are available under one tag", ...by("release", "assets", "download") },
    { title: "The manifest is updated and in step", ...by("manifest", "appcast", "vm-manifest") },
    { title: "/health and /updates/health show the version", ...by("health", "updates") },
  ]
}

function judge(rows: readonly Row[], view: View): Answer {
  const failing = rows.filter(({ outcome }) => outcome === "fail")
  if (failing.length > 0) {
    const told = failing.map((row) => `${row.id}: ${gravest(row)?.message ?? "failed"}`)
    return { answer: "no", evidence: `${told.join("; ")}, ${when(failing, view)}` }
  }
  const unknown = ignorance(rows, view)
  if (unknown !== undefined) return { answer: "not known", evidence: unknown }
  return { answer: "yes", evidence: `${listed(rows.map(({ id }) => id))}, ${when(rows, view)}` }
}

/** Why checks say nothing of now, if so; those with the same reason together. */
function ignorance(rows: readonly Row[], view: View): string | undefined {
  const reasons = new Map<string, CheckId[]>()
  for (const row of rows) {
    const reason = reasonOf(row, view)
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), row.id])
  }
  const told = [...reasons].map(([reason, ids]) => `${listed(ids)}: ${reason}`)
  return told.length === 0 ? undefined : told.join("; ")
}

function reasonOf(row: Row, view: View): string | undefined {
  const { seen, outcome, skipped } = row
  if (!seen) return view.report ? "not part of this run" : "not looked at yet"
  if (outcome === "skip") return skipped ?? gravest(row)?.message ?? "skipped"
  return isStale(row, view) ? `last seen ${ago(seen.at, view.now)}` : undefined
}

/** When the oldest of them was seen. */
function when(rows: readonly Row[], { report, now }: View): string {
  const oldest = rows.flatMap(({ seen }) => seen?.at ?? []).toSorted()[0] ?? ""
  return report ? moment(oldest) : ago(oldest, now)
}

/** What the record of the live release says, or of the newest while nothing is live. */
function publication(view: View): Answer | undefined {
  const live = liveOf(view)
  const record = live ? view.releases.find(({ tag }) => tag === tagOf(live.version)) : view.releases[0]
  if (!record || view.report) return undefined
  return { ...ended(record), ...(record.phase === "complete" && completed(record, view)) }
}

function ended({ tag, phase, problem, waitingFor }: ReleaseRecord): Answer {
  if (problem) return { answer: "no", evidence: `${tag} is ${phase}: ${problem.message}` }
  if (phase === "blocked" || phase === "failed") return { answer: "no", evidence: `${tag} is ${phase}` }
  const waits = waitingFor?.length ? ` for ${listed(waitingFor)}` : ""
  return { answer: "not known", evidence: `${tag} is ${phase}${waits}` }
}

function completed({ tag, timeline }: ReleaseRecord, { now }: View): Answer {
  const at = timeline.findLast(({ event }) => event === "complete")?.at
  return { answer: "yes", evidence: `${tag} is complete${at === undefined ? "" : `, ${ago(at, now)}`}` }
}
