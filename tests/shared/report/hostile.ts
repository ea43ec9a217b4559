import { CHECK_IDS } from "../../../shared/checks/check.ts"
import type { View } from "../../../shared/report/view.ts"
import { history, released, report, result, standing, view } from "./views.ts"

/** What each attack is made of, and what of it may be seen: its letters, and nothing that acts. */
export const PARTS = {
  raw: [
    "<script",
    "<img",
    "</style",
    "</title",
    "<!--",
    "](javascript:",
    "\u202e",
    "\u2066",
    "\u001b",
    "\u0000",
    "\u0007",
    "\ud800",
  ],
  shown: ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b id=x>", "](javascript:alert(1))"],
}

/** Everything at once, as short as the shortest place. */
const ATTACK =
  "<script>alert(1)</script>\"><img src=x onerror=alert(1)>' onload='alert(1)</style><b id=x></title><!--[a](javascript:alert(1))\u202e\u2066\u001b[31m\u0000\u0007\ud800|`x`| @acme **b** _i_ ~~s~~\r\n# h\n\n- l\n===\n"

/** Words that are no text from elsewhere, or are needed to be shown at all. */
const KEPT = new Set(["id", "outcome", "phase", "kind", "reason", "event", "day", "at", "since"])

/** The same with every text an attack. */
function poisoned<T>(value: T, key = ""): T {
  if (typeof value === "string") return (KEPT.has(key) ? value : ATTACK) as T
  if (typeof value !== "object" || value === null || value instanceof Date) return value
  if (Array.isArray(value)) return value.map((each) => poisoned(each, key)) as T
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poisoned(each, name)])) as T
}

const finding = { outcome: "fail", code: "INTERNAL", message: "m", remedy: "r" } as const
const problem = { code: "INTERNAL", message: "m", remedy: "r" } as const

/** How things stand, told by an enemy in every field that holds text. */
export function hostileView(): View {
  const checks = Object.fromEntries(
    CHECK_IDS.map((id, index) => [id, result(id, { ...finding, outcome: index % 2 ? "fail" : "skip" })]),
  )
  const { health } = standing(checks).checks
  const skipped = { since: "2026-11-22T10:00:00.000Z", at: "2026-11-22T10:00:00.000Z", reason: "r" }
  return poisoned(
    view(checks, {
      standing: standing({ ...checks, ...(health && { health: { ...health, skipped, days: history() } }) }),
      releases: [
        released("v1", { release: { id: 1, url: "javascript:alert(1)" } }),
        released("v2", { phase: "waiting", waitingFor: ["App.pkg"] }),
        released("v3", { phase: "blocked", problem }),
      ],
      strays: [{ path: "p", problem }],
      alert: { since: "2026-11-22T09:40:00.000Z" },
    }),
  )
}

/** One report of the same enemy, who lies about times too. */
export function hostileReport(): View {
  const lying = report(
    CHECK_IDS.map((id) => poisoned(result(id, finding, { at: ATTACK }))),
    { id: ATTACK, at: ATTACK, product: ATTACK, version: ATTACK, live: { version: ATTACK, url: ATTACK } },
  )
  return { ...hostileView(), report: lying }
}
