import * as v from "valibot"
import { CHECK_IDS, type CheckId } from "../checks/check.ts"
import type { AlertState, Delivery } from "./state.ts"

const time = v.pipe(v.string(), v.isoTimestamp())
const channel = v.picklist(["webhook", "issue"])
const isCheck = (id: string): id is CheckId => (CHECK_IDS as readonly string[]).includes(id)

const message = v.object({
  id: v.string(),
  kind: v.picklist(["opened", "changed", "closed", "healed"]),
  at: time,
  product: v.string(),
  sentence: v.string(),
  checks: v.array(
    v.object({
      id: v.string(),
      title: v.string(),
      message: v.string(),
      code: v.optional(v.string()),
      remedy: v.optional(v.string()),
      since: v.string(),
    }),
  ),
})

const delivery = v.object({
  channel,
  message,
  alert: time,
  attempts: v.number(),
  notBefore: v.optional(time),
  claimedUntil: v.optional(time),
})

const open = v.object({
  since: time,
  // A check that is no more is no reason to open a second alert.
  checks: v.pipe(
    v.array(v.string()),
    v.transform((ids) => ids.filter(isCheck)),
  ),
  heard: v.optional(v.array(channel), ["webhook", "issue"]),
  turns: v.optional(v.number(), 0),
})

const issue = v.object({ number: v.number(), url: v.string(), alert: v.string() })

/** The state as it was stored. What is damaged is forgotten, the rest stays. Never throws. */
export function parseAlertState(stored: unknown): AlertState {
  const found = (typeof stored === "object" && stored !== null ? stored : {}) as { [key: string]: unknown }
  const opened = v.safeParse(open, found.open)
  const known = v.safeParse(issue, found.issue)
  const outbox = Array.isArray(found.outbox) ? found.outbox : []
  return {
    ...(opened.success && { open: opened.output }),
    outbox: outbox.flatMap((each) => {
      const parsed = v.safeParse(delivery, each)
      return parsed.success ? [parsed.output as Delivery] : []
    }),
    ...(known.success && { issue: known.output }),
  }
}
