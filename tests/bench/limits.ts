import type { Measured } from "./measured.ts"

/** A number that is promised, and whether it holds. */
export interface Judgement {
  what: string
  value: number
  limit: number
  holds: boolean
}

const mebibyte = 2 ** 20

/** Holds the measurements against what is promised: time in relation to a peer, memory of the smallest image absolutely. */
export function judge({
  races,
  publishings,
  events,
  history,
  versioning,
  startUp,
  onceSeconds,
}: Measured): Judgement[] {
  const [smallest, ...larger] = publishings
  const atMost = (what: string, value: number, limit: number): Judgement => {
    return { what, value, limit, holds: value <= limit }
  }
  return [
    ...(races
      ? [
          atMost("publish from a directory / the old way", races.publish.slipway / races.publish.oldWay, 0.6),
          atMost("repeat, nothing new / the old way", races.repeat.slipway / races.repeat.oldWay, 0.1),
          atMost("  in a process that runs already", races.repeat.asFunction / races.repeat.oldWay, 0.05),
          atMost("repeat, new dates / the old way", races.redated.slipway / races.redated.oldWay, 0.3),
        ]
      : []),
    ...(smallest ? [atMost("memory of the functions' process, MiB", smallest.peakBytes / mebibyte, 120)] : []),
    ...larger.map(({ sizeBytes, peakBytes }) =>
      atMost(`  at ${sizeBytes / 1e6} MB, % of it`, (100 * peakBytes) / (smallest?.peakBytes ?? 0), 110),
    ),
    atMost("a duplicate event: calls to GitHub", events.githubCalls, 4),
    atMost(`${events.duplicates} of them: writes`, events.githubWrites + events.blobWrites, 0),
    atMost("  and releases", events.releases, 1),
    atMost("10,000 old releases / 10: time", history.many.seconds / history.few.seconds, 1.2),
    atMost("  and calls", history.many.calls / history.few.calls, 1.2),
    atMost("another version: calls to GitHub", versioning.calls, 2),
    atMost("another version: seconds", versioning.seconds, 1),
    atMost("import of the built app / of an empty one", startUp.importMs / startUp.emptyMs, 1.5),
    atMost("the package, zipped, MB", startUp.packageBytes / 1e6, 3),
    atMost("npm start -- --once, seconds", onceSeconds, 20),
  ]
}
