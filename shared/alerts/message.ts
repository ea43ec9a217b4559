import type { CheckId } from "../checks/check.ts"
import type { Healed } from "../report/report.ts"
import type { CheckStanding, Standing } from "../report/standing.ts"
import { versionOf } from "../version/version.ts"
import type { AlertedCheck, Message, MessageKind, OpenAlert } from "./state.ts"

/** Composes the next message of an alert. */
export function compose(
  kind: Exclude<MessageKind, "healed">,
  { since, turns }: Pick<OpenAlert, "since" | "turns">,
  standing: Standing,
  down: readonly CheckId[],
  at: string,
): Message {
  const checks = down.flatMap((id) => told(id, standing.checks[id]))
  const { product } = standing
  return { id: `${since}/${kind}/${turns}`, kind, at, product, sentence: sentenceOf(kind, standing, checks), checks }
}

/** Composes the message about a manifest that was put right. It belongs to no alert. */
export function composeHealed({ tag, at }: Healed, product: string): Message {
  const what = `the manifest on the update server was not the workspace's, and has been put right`
  const sentence = `${product} ${versionOf(tag)}: ${what}. Find out who else writes there`
  return { id: `${at}/healed`, kind: "healed", at, product, sentence, checks: [] }
}

function sentenceOf(
  kind: Exclude<MessageKind, "healed">,
  { product, live }: Standing,
  checks: readonly AlertedCheck[],
): string {
  const what = live ? `${product} ${live.version}` : product
  if (kind === "closed") return `${what} is proven again: no check fails any more`
  const [first] = checks
  const more = checks.length > 1 ? ` (and ${checks.length - 1} more)` : ""
  return `${what} is not proven: ${first ? `${first.id}: ${first.message}` : "a check fails"}${more}`
}

function told(id: CheckId, standing: CheckStanding | undefined): AlertedCheck[] {
  if (!standing) return []
  const { last, since } = standing
  // While a check recovers its latest finding is good news; what is told then is that it is not trusted yet.
  const finding = last.findings.find(({ outcome }) => outcome === "fail")
  const { message, code, remedy } = finding ?? { message: "failed, and has passed only once since" }
  return [{ id, title: last.title, message, ...(code && { code }), ...(remedy && { remedy }), since }]
}
