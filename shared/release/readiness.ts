import { HOLD_MARKER, nameOf, READY_MARKER } from "./batch.ts"
import type { Observed } from "./observe.ts"

/** What an unpublished batch still waits for; undefined when it is ready. */
export interface Waiting {
  waitingFor: string[]
  /** When to look again though nothing happens, in seconds. */
  wakeInSeconds?: number
}

/** How long an upload is believed to go on when nobody says that it has ended, in seconds. */
const HOLD_SECONDS = 3600

/** While somebody uploads, the folder may hold old files beside new ones; a person's word goes before it. */
export function held({ batch, request, now }: Observed): Waiting | undefined {
  const hold = batch.markers.find(({ path }) => nameOf(path) === HOLD_MARKER)
  const until = (hold?.modifiedAt.getTime() ?? 0) + HOLD_SECONDS * 1000
  if (!hold || request.asked || now.getTime() >= until) return undefined
  const wakeInSeconds = Math.min(HOLD_SECONDS, Math.ceil((until - now.getTime()) / 1000))
  return { waitingFor: [`the upload that began at ${hold.modifiedAt.toISOString()}`], wakeInSeconds }
}

/**
 * A batch is ready with notes and an installer, and either all configured artifacts, or a quiet period, or a person's word.
 * (product specification, section 3)
 */
export function waiting(observed: Observed): Waiting | undefined {
  const { batch, policy, request, now } = observed
  const missing = policy.artifacts.filter((spec) => !batch.artifacts.some((artifact) => artifact.name === spec.name))
  if (missing.length === 0) return undefined
  const has = (kinds: string[]) => batch.artifacts.some((artifact) => kinds.includes(artifact.kind))
  if (!has(["notes"]) || !has(["dmg", "pkg"])) return { waitingFor: missing.map((spec) => spec.name) }
  const newest = Math.max(...batch.artifacts.map((artifact) => artifact.file.modifiedAt.getTime()))
  // A marker speaks for what lay there when it was put down, not for a later batch.
  const marked = batch.markers.some(
    ({ path, modifiedAt }) => nameOf(path) === READY_MARKER && modifiedAt.getTime() >= newest,
  )
  if (request.asked || marked) return undefined

  const quietAt = newest + policy.quietSeconds * 1000
  if (now.getTime() >= quietAt) return undefined
  // Never longer than the quiet period itself, however far the two clocks are apart.
  const wakeInSeconds = Math.min(policy.quietSeconds, Math.ceil((quietAt - now.getTime()) / 1000))
  return {
    waitingFor: [...missing.map((spec) => spec.name), `or no upload until ${new Date(quietAt).toISOString()}`],
    wakeInSeconds,
  }
}
