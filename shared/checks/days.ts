const DAY_MS = 24 * 60 * 60 * 1000

/** How long what ends must still be good for: certificates and secrets. (product specification, section 8) */
export const GOOD_FOR_DAYS = 14

/** Whole days until then. */
export function daysUntil(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / DAY_MS)
}

/** `until 2026-12-06, 14 days from now`. */
export function untilWords(end: Date, now: Date): string {
  const days = daysUntil(end, now)
  return `until ${dayOf(end)}, ${days} ${days === 1 ? "day" : "days"} from now`
}

/** `2026-12-06`, in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
