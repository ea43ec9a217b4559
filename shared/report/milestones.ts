import type { ReleaseRecord, TimelineEntry } from "../release/model.ts"

/** A place on the way of a release from upload to proof. */
export interface Milestone {
  name: string
  /** When it was reached, ISO 8601; absent when it was not, or nobody wrote it down. */
  at?: string
  /** Since the milestone reached before it; never negative. */
  tookMs?: number
}

/** Names for people, and the events they stand for. Files are hashed while they are sent. */
const WAY = [
  { name: "uploaded", event: "uploaded", repeats: true },
  { name: "hashed and sent", event: "sent", repeats: true },
  { name: "published", event: "published", repeats: false },
  { name: "committed", event: "committed", repeats: false },
  { name: "on the server", event: "on the server", repeats: false },
  { name: "proven", event: "proven", repeats: false },
] as const

/**
 * The way of a release. What happens file by file is reached with the last file before the release was public; everything
 * else when it happened for the first time.
 */
export function milestones({ timeline }: ReleaseRecord): Milestone[] {
  const dated = timeline.filter(({ at }) => !Number.isNaN(Date.parse(at)))
  const published = dated.find(({ event }) => event === "published")?.at
  let before: number | undefined
  return WAY.map(({ name, event, repeats }) => {
    const entries = dated.filter((entry) => entry.event === event)
    const at = repeats ? lastUntil(entries, published) : entries[0]?.at
    if (at === undefined) return { name }
    const time = Date.parse(at)
    const took = before === undefined ? {} : { tookMs: Math.max(0, time - before) }
    before = Math.max(time, before ?? time)
    return { name, at, ...took }
  })
}

/** From the first milestone to the last that was reached, in milliseconds. */
export function wholeMs(way: readonly Milestone[]): number | undefined {
  const reached = way.flatMap(({ tookMs }) => tookMs ?? [])
  return reached.length === 0 ? undefined : reached.reduce((sum, ms) => sum + ms, 0)
}

function lastUntil(entries: readonly TimelineEntry[], end: string | undefined): string | undefined {
  const inTime = entries.filter(({ at }) => end === undefined || Date.parse(at) <= Date.parse(end))
  const times = (inTime.length > 0 ? inTime : entries).map(({ at }) => at)
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1)
}
