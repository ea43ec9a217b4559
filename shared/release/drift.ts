import { Problem } from "../problem.ts"
import type { ReleaseRecord, TimelineEntry } from "./model.ts"
import { note, settle } from "./record.ts"

/** What the timeline calls it: the manifest was put where the update server reads it; another was found there; ours is back. */
const DELIVERED = "on the server"
const DRIFTED = "drifted"
const HEALED = "put right"

/** What a delivery is called: it heals where the last thing known of that place is that another manifest was there. */
export function deliveryEvent({ timeline }: ReleaseRecord): string {
  const last = timeline.findLast(({ event }) => event === DELIVERED || event === DRIFTED || event === HEALED)
  return last?.event === DRIFTED ? HEALED : DELIVERED
}

/**
 * Writes down that another manifest than the workspace's is on the update server: the next run of the release puts it right, and
 * the sweep sees to it that there is one. False, and nothing written, while the release is not finished: then its own run does.
 */
export function noteDrift(record: ReleaseRecord, message: string, now: Date): boolean {
  if (record.phase !== "complete") return false
  delete record.vm
  settle(record, "failed", { problem: new Problem("VM_MANIFEST_DIFFERS", message) })
  note(record, now, DRIFTED)
  return true
}

/** When the manifest on the update server was last put right. */
export function lastHealed({ timeline }: ReleaseRecord): TimelineEntry | undefined {
  return timeline.findLast(({ event }) => event === HEALED)
}
