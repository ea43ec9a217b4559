import type { CheckId, Outcome } from "../checks/check.ts"
import type { Store } from "../ports/store.ts"
import { note, openRecord } from "../release/record.ts"
import type { Log } from "../release/world.ts"
import { PROOF, SERVED } from "../report/needed.ts"
import type { Report } from "../report/report.ts"
import { tagOf } from "../version/version.ts"
import { warn } from "./warn.ts"

/** Any of them shows that the update server has the manifest. */
const ON_SERVER: readonly CheckId[] = ["vm-manifest", "appcast"]

/**
 * Writes into the record of the release that clients are offered what a run has shown for the first time: that it is on the
 * server, and that it is proven. Costs one read when there is no news. What cannot be written now, the next run writes.
 */
export async function noteProof(report: Report, at: Date, state: Store, log: Log): Promise<void> {
  const { live } = report
  if (!live) return
  const outcomes = new Map(report.results.map(({ id, outcome }) => [id, outcome]))
  const events = [
    ...(ON_SERVER.some((id) => outcomes.get(id) === "pass") ? ["on the server"] : []),
    ...(isProof(report, outcomes) ? ["proven"] : []),
  ]
  if (events.length === 0) return
  try {
    const book = await openRecord(state, tagOf(live.version))
    const { record } = book
    if (!book.stored || record.phase !== "complete") return
    for (const event of events) {
      if (!record.timeline.some((entry) => entry.event === event)) note(record, at, event, { report: report.id })
    }
    await book.save()
  } catch (error) {
    warn(error, log)
  }
}

function isProof({ good }: Report, outcomes: ReadonlyMap<CheckId, Outcome>): boolean {
  const looked = SERVED.every((id) => outcomes.has(id))
  return good && looked && PROOF.every((id) => outcomes.get(id) === "pass")
}
