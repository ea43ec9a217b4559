import type { Digest } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import type { ReleaseRecord, TimelineEntry } from "./model.ts"
import { note, settle } from "./record.ts"

/** What the timeline calls it: the manifest was put where the update server reads it; another was found there; ours is back. */
const DELIVERED = "on the server"
const DRIFTED = "drifted"
const HEALED = "put right"

/**
 * What a delivery is called: it heals where the last thing known of that place is that another manifest was there, and ours is
 * back. Where the workspace has changed its manifest since, the server only followed: nobody else need have written there.
 */
export function deliveryEvent({ timeline }: ReleaseRecord, digest: Digest): string {
  const last = timeline.findLast(({ event }) => event === DELIVERED || event === DRIFTED || event === HEALED)
  if (last?.event !== DRIFTED) return DELIVERED
  return last.ours === undefined || last.ours === digest ? HEALED : DELIVERED
}

/**
 * Writes down that another manifest than the workspace's is on the update server: the next run of the release puts it right, and
 * the sweep sees to it that there is one. False, and nothing written, while the release is not finished: then its own run does;
 * and where the manifest was put there after `seenAt`, when the look began that has found another.
 */
export function noteDrift(record: ReleaseRecord, message: string, now: Date, seenAt: Date): boolean {
  if (record.phase !== "complete" || wasPutSince(record, seenAt)) return false
  const ours = record.vm?.digest
  delete record.vm
  settle(record, "failed", { problem: new Problem("VM_MANIFEST_DIFFERS", message) })
  note(record, now, DRIFTED, ours && { ours })
  return true
}

/** Only a delivery knows the digest: that a check has seen the manifest there says nothing of later. */
function wasPutSince({ timeline }: ReleaseRecord, seenAt: Date): boolean {
  const put = timeline.findLast(
    ({ event, digest }) => (event === DELIVERED || event === HEALED) && digest !== undefined,
  )
  return put !== undefined && put.at >= seenAt.toISOString()
}

/** When the manifest on the update server was last put right. */
export function lastHealed({ timeline }: ReleaseRecord): TimelineEntry | undefined {
  return timeline.findLast(({ event }) => event === HEALED)
}
