import type { Publishing } from "./publishing.ts"
import type { StartUp } from "./start-up.ts"
import type { Versioning } from "./versioning.ts"

/** A number that is promised, and whether it holds. */
export interface Judgement {
  what: string
  value: number
  limit: number
  holds: boolean
}

const mebibyte = 2 ** 20

/** Holds the measurements against what is promised: of the smallest image absolutely, of larger ones in relation to it. */
export function judge(
  publishings: readonly Publishing[],
  versioning: Versioning,
  startUp: StartUp,
  onceSeconds: number,
): Judgement[] {
  const [smallest, ...larger] = publishings.toSorted((a, b) => a.sizeBytes - b.sizeBytes)
  if (smallest === undefined) return []
  const atMost = (what: string, value: number, limit: number): Judgement => ({
    what,
    value,
    limit,
    holds: value <= limit,
  })
  return [
    atMost("memory of the functions' process, MiB", smallest.peakBytes / mebibyte, 150),
    ...larger.map(({ sizeBytes, peakBytes }) =>
      atMost(`the same at ${sizeBytes / 1e6} MB, % of it`, (100 * peakBytes) / smallest.peakBytes, 110),
    ),
    atMost("calls to GitHub of a second event", Math.max(...publishings.map(({ again }) => again.githubCalls)), 4),
    atMost(
      "writes of a second event",
      Math.max(...publishings.map(({ again }) => again.githubWrites + again.blobWrites)),
      0,
    ),
    atMost("another version: calls to GitHub", versioning.calls, 2),
    atMost("another version: seconds", versioning.seconds, 1),
    atMost("import of the built app / of an empty one", startUp.importMs / startUp.emptyMs, 1.5),
    atMost("the package, zipped, MB", startUp.packageBytes / 1e6, 3),
    atMost("npm start -- --once, seconds", onceSeconds, 20),
  ]
}
