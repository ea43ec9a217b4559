import type { Store } from "../ports/store.ts"
import { lastHealed, noteDrift } from "../release/drift.ts"
import { openRecord, readRecord } from "../release/record.ts"
import type { Log } from "../release/world.ts"
import type { Healed, Report } from "../report/report.ts"
import { tagOf } from "../version/version.ts"
import { warn } from "./warn.ts"

/** When the manifest on the update server was last put right, by what is remembered of the release that clients are offered. */
export async function healedOf(
  { live }: Pick<Report, "live">,
  { state, log }: { state: Store; log: Log },
): Promise<Healed | undefined> {
  if (!live) return undefined
  const tag = tagOf(live.version)
  try {
    const record = await readRecord(state, tag)
    const healed = record && lastHealed(record)
    return healed && { tag, at: healed.at }
  } catch (error) {
    warn(error, log)
    return undefined
  }
}

/**
 * Where a run has found another manifest on the VM than the workspace's, writes it into the record of the release that
 * clients are offered, and wakes that release up: its next run puts it right. What is lost of this the next run finds again, and
 * what was put right while the run looked is no news.
 */
export async function healDrift(
  { at: seenAt, live, results }: Report,
  at: Date,
  { state, wake, log }: { state: Store; wake: (tag: string) => Promise<void>; log: Log },
): Promise<void> {
  const findings = results.find(({ id }) => id === "vm-manifest")?.findings ?? []
  const found = findings.find(({ outcome, code }) => outcome === "fail" && code === "VM_MANIFEST_DIFFERS")
  if (!live || !found) return
  try {
    const tag = tagOf(live.version)
    const book = await openRecord(state, tag)
    if (book.stored && noteDrift(book.record, found.message, at, new Date(seenAt))) await book.save()
    await wake(tag)
  } catch (error) {
    warn(error, log)
  }
}
