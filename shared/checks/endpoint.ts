import type { WebAnswer } from "../ports/web.ts"
import { type Finding, fail, warn } from "./check.ts"

/** How much of an answer a judge needs. */
export type Answer = Pick<WebAnswer, "status" | "text">

/** An address for people: host and path, never its query. */
export function placeOf(address: string): string {
  const url = URL.parse(address)
  return url ? `${url.host}${url.pathname}` : "an address that is none"
}

/** What to do where the server has another manifest than the workspace's; a reason or a condition may follow. */
export const RESTORE =
  "Look at the check vm-manifest: a configured VM gets the workspace's manifest by itself, elsewhere put it there. Then restart the update server"

/** A value that somebody else has chosen, short enough to read. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`
}

/** Judges the status alone: undefined for 200, else ENDPOINT_UNHEALTHY with what that status usually means. */
export function judgeStatus(place: string, { status, text }: Answer): Finding | undefined {
  if (status === 200) return undefined
  const what = isPage(text) ? " with a page for people" : ""
  return fail("ENDPOINT_UNHEALTHY", `${place} answered ${status}${what}`, remedyFor(status))
}

/** Whether a text is HTML, as proxies and error pages answer. */
export function isPage(text: string): boolean {
  return /^\s*<(?:!doctype\s+html|html)\b/i.test(text.slice(0, 1000))
}

function remedyFor(status: number): string | undefined {
  if (status === 401 || status === 403) return "Let this path answer without a sign-in: clients have none."
  if (status === 404) return "Correct this address in the configuration (endpoints), or the paths of the proxy (nginx)."
  if (status === 502 || status === 503 || status === 504) {
    return "The proxy answers and the server behind it does not: restart its service on the VM, then look at its log."
  }
  return undefined
}

/** What is sound as far as it goes, where nobody can say what it should be. */
export function incomparable(place: string, unknown: string): Finding {
  return warn(
    "MANIFEST_DIFFERS",
    `${place} answers, but there is nothing to compare it with: ${unknown}`,
    "Mend what the checks `github` and `manifest` say; then this is compared again by itself.",
  )
}
