import { HISTORY_DAYS } from "../advance.ts"
import { type Html, html } from "../html.ts"
import type { Day } from "../standing.ts"
import { counted } from "../text.ts"

const DAY_MS = 24 * 60 * 60 * 1000

/** Pixels, where there is room for them. */
const STEP = 3
const HEIGHT = 28
const WIDTH = HISTORY_DAYS * STEP

/**
 * The last 90 days as bars, one per day, today on the right. A bad day is told by its height: low when nothing failed,
 * higher with warnings, and the higher the larger the part of the runs that failed.
 */
export function bars(days: readonly Day[], now: Date): Html {
  const today = Math.floor(now.getTime() / DAY_MS)
  const paths = { pass: "", warn: "", fail: "", none: "" }
  const byAge = new Map(days.map((day) => [today - Math.floor(Date.parse(day.day) / DAY_MS), day]))
  for (let age = HISTORY_DAYS - 1; age >= 0; age--) {
    const { kind, height } = barOf(byAge.get(age))
    paths[kind] += `M${WIDTH - age * STEP - 1} ${HEIGHT}v-${height}`
  }
  const kinds = ["none", "pass", "warn", "fail"] as const
  const drawn = kinds.filter((kind) => paths[kind] !== "")
  return html`<svg class="bars" role="img" aria-label="${inWords(days, now)}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${drawn.map(
    (kind) => html`<path class="${kind}" d="${paths[kind]}"/>`,
  )}</svg>`
}

function barOf(day: Day | undefined): { kind: "pass" | "warn" | "fail" | "none"; height: number } {
  const { pass = 0, warn = 0, fail = 0 } = day ?? {}
  const runs = pass + warn + fail
  if (runs === 0) return { kind: "none", height: 2 }
  if (fail > 0) return { kind: "fail", height: 18 + Math.round((10 * fail) / runs) }
  return warn > 0 ? { kind: "warn", height: 13 } : { kind: "pass", height: 8 }
}

/** The same for those who do not see it. */
export function inWords(days: readonly Day[], now: Date): string {
  const first = new Date(now.getTime() - (HISTORY_DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
  const shown = days.filter(({ day, pass, warn, fail }) => day >= first && pass + warn + fail > 0)
  if (shown.length === 0) return "No history yet"
  const failing = shown.filter(({ fail }) => fail > 0)
  const warned = shown.filter(({ fail, warn }) => fail === 0 && warn > 0)
  const last = failing.at(-1)
  const parts = [
    `${counted(shown.length, "day")} looked at`,
    last ? `failures on ${failing.length}, the last on ${last.day}` : "no failure",
    ...(warned.length > 0 ? [`warnings on ${warned.length}`] : []),
  ]
  return parts.join(", ")
}
