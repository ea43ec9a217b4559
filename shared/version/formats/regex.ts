import type { Span } from "./span.ts"

/** Longer patterns are no version point. */
const PATTERN_LIMIT = 500

/** More matches say no more than two; a pattern that matches nothing at all matches everywhere. */
const MATCHES = 10

/** What the only group of a pattern matches; `^` and `$` mean a line. */
export function findByRegex(text: string, pattern: string): Span[] {
  if (pattern.length > PATTERN_LIMIT) throw new Error("is too long for a pattern")
  const groups = new RegExp(`${pattern}|`, "u").exec("")?.length ?? 0
  if (groups !== 2) throw new Error(`needs a pattern with exactly one group, not ${pattern}`)
  const matches = text.matchAll(new RegExp(pattern, "gmud")).take(MATCHES)
  return [...matches].map(({ indices }) => {
    const [start, end] = indices?.[1] ?? []
    if (start === undefined || end === undefined) throw new Error(`has a match of ${pattern} without its group`)
    return { start, end }
  })
}
