import * as v from "valibot"
import { CHECK_IDS, type CheckId, type Finding } from "../checks/check.ts"
import { type ProblemCode, problems } from "../problem.ts"
import { HISTORY_DAYS } from "./advance.ts"
import type { CheckStanding, Standing } from "./standing.ts"

/** Dates are compared as text: only one way to write them will do. */
const moment = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), v.check(isDate))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const outcome = v.picklist(["pass", "warn", "fail", "skip"])

const finding = v.pipe(
  v.object({ outcome, message: v.string(), code: v.optional(v.unknown()), remedy: v.exactOptional(v.string()) }),
  // A code that is gone tells nobody anything: what happened and what to do still does.
  v.transform(({ code, ...told }): Finding => (isCode(code) ? { ...told, code } : told)),
)

const day = v.object({
  day: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/), v.check(isDate)),
  pass: count,
  warn: count,
  fail: count,
})

const checkStanding = v.object({
  last: v.object({
    id: v.picklist(CHECK_IDS),
    title: v.string(),
    outcome,
    findings: v.array(finding),
    at: moment,
    durationMs: v.pipe(v.number(), v.minValue(0)),
    tries: count,
  }),
  report: v.string(),
  since: moment,
  inARow: count,
  down: v.boolean(),
  skipped: v.exactOptional(v.object({ since: moment, at: moment, reason: v.string() })),
  days: v.pipe(
    v.array(day),
    v.transform((days) => days.toSorted((a, b) => (a.day < b.day ? -1 : 1)).slice(-HISTORY_DAYS)),
  ),
})

const standing = v.object({
  product: v.string(),
  at: moment,
  version: v.exactOptional(v.string()),
  live: v.exactOptional(v.object({ version: v.string(), url: v.string() })),
  checks: v.record(v.string(), v.unknown()),
})

/** A stored standing, already read as JSON. What is damaged, and checks that are not known (any more), are history lost. */
export function parseStanding(value: unknown): Standing | undefined {
  const parsed = v.safeParse(standing, value)
  if (!parsed.success) return undefined
  const checks: Standing["checks"] = {}
  for (const id of CHECK_IDS) {
    const found = parseCheck(id, parsed.output.checks[id])
    if (found) checks[id] = found
  }
  return { ...parsed.output, checks }
}

function parseCheck(id: CheckId, value: unknown): CheckStanding | undefined {
  const parsed = v.safeParse(checkStanding, value)
  return parsed.success && parsed.output.last.id === id ? parsed.output : undefined
}

function isDate(text: string): boolean {
  return !Number.isNaN(Date.parse(text))
}

function isCode(value: unknown): value is ProblemCode {
  return typeof value === "string" && Object.hasOwn(problems, value)
}
