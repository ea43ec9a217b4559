import type { Choose } from "./interleave.ts"

/** A run goes on for so many calls, if it waits. */
export interface Stretch {
  run: number
  calls: number
}

/** Who goes on for how long; afterwards one after the other to their ends. */
export function inStretches(stretches: readonly Stretch[]): Choose {
  const left = stretches.map((stretch) => ({ ...stretch }))
  return (waiting) => {
    while (left[0] && (left[0].calls === 0 || !waiting.includes(left[0].run))) left.shift()
    const [now] = left
    if (!now) return waiting[0] ?? 0
    now.calls--
    return now.run
  }
}
