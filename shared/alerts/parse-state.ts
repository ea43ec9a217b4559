import * as v from "valibot"
import { CHECK_IDS } from "../checks/check.ts"
import type { AlertState } from "./alert.ts"

const id = v.picklist(CHECK_IDS)

const message = v.object({
  id: v.string(),
  kind: v.picklist(["opened", "changed", "closed"]),
  at: v.string(),
  product: v.string(),
  sentence: v.string(),
  checks: v.array(v.looseObject({ id, title: v.string(), message: v.string(), since: v.string() })),
})

const schema = v.object({
  open: v.optional(v.object({ since: v.string(), checks: v.array(id) })),
  outbox: v.array(
    v.object({
      channel: v.picklist(["webhook", "issue"]),
      message,
      alert: v.string(),
      attempts: v.number(),
      notBefore: v.optional(v.string()),
      claimedUntil: v.optional(v.string()),
    }),
  ),
  issue: v.optional(v.object({ number: v.number(), url: v.string(), alert: v.string() })),
})

/** The state as it was stored. Anything else is forgotten: then no alert is open, and nothing is to be sent. */
export function parseAlertState(stored: unknown): AlertState {
  const result = v.safeParse(schema, stored)
  return result.success ? (result.output as AlertState) : { outbox: [] }
}
