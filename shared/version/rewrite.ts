import { Problem } from "../problem.ts"
import { type FoundPoint, findPoint } from "./points.ts"
import type { Place } from "./survey.ts"

/** Something to write into a place. */
interface Edit {
  start: number
  end: number
  value: string
}

/**
 * The text of a file with a version in all of some places, proven: every point is found again and says the version, and with the
 * old values put back the text is what it was. Throws VERSION_POINT_UNMATCHED.
 */
export function rewrite(before: string, places: readonly Place[], version: string): string {
  const after = edited(
    before,
    inOrder(places).map(({ start, end }) => ({ start, end, value: version })),
  )
  const undo = places.map(({ point, value }) => ({ ...foundAgain(after, point, version), value }))
  if (edited(after, inOrder(undo)) === before) return after
  throw new Problem("VERSION_POINT_UNMATCHED", `${places[0]?.point.file} would change in more than its version`)
}

function foundAgain(after: string, point: Place["point"], version: string): FoundPoint {
  const { file, path } = point
  const message = `${file} would not say ${version} at ${path} any more after the change`
  const remedy = "Let the path in the configuration allow for every version, not only for the old one."
  try {
    const found = findPoint(after, point)
    if (found.value === version) return found
  } catch (cause) {
    throw new Problem("VERSION_POINT_UNMATCHED", message, { remedy, cause })
  }
  throw new Problem("VERSION_POINT_UNMATCHED", message, { remedy })
}

/** From the begin of a text to its end; of two points that mean the same place, one. */
function inOrder<T extends { start: number }>(spans: readonly T[]): T[] {
  return [...new Map(spans.map((span) => [span.start, span])).values()].sort((a, b) => a.start - b.start)
}

function edited(text: string, edits: readonly Edit[]): string {
  let at = 0
  const parts = edits.map(({ start, end, value }) => {
    const part = text.slice(at, start) + value
    at = end
    return part
  })
  return parts.join("") + text.slice(at)
}
