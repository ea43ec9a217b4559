import type { Webhook } from "../../ports/webhook.ts"
import { Problem } from "../../problem.ts"

/** Nobody's chat needs longer. */
const TIMEOUT_MS = 10_000

/** A webhook behind an address that is a secret: it may come from a vault, and stands in no message and no cause. */
export function webhook(options: { address: (fresh?: boolean) => Promise<string>; timeoutMs?: number }): Webhook {
  const { address, timeoutMs = TIMEOUT_MS } = options

  async function send(url: string, body: unknown, signal: AbortSignal): Promise<number> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "slipway" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    }).catch((error: unknown) => {
      throw new Problem("WEBHOOK_REFUSED", `the webhook cannot be reached (${reasonOf(error)})`)
    })
    // The status says it all: a connection that breaks now must not make a message come twice.
    await response.body?.cancel().catch(() => undefined)
    return response.status
  }

  return {
    async post(body, signal) {
      const url = await address()
      let status = await send(url, body, signal)
      if (GONE.has(status)) {
        // The address may have been renewed since it was read last.
        const renewed = await address(true)
        if (renewed !== url) status = await send(renewed, body, signal)
      }
      if (status < 200 || status > 299) throw new Problem("WEBHOOK_REFUSED", `the webhook answered ${status}`)
    },
  }
}

/** What a receiver says to an address that it no longer knows. */
const GONE: ReadonlySet<number> = new Set([401, 403, 404, 410])

/** The error's code or name alone: its text may quote the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown"
  const { code } = (error.cause ?? {}) as { code?: unknown }
  return typeof code === "string" ? code : error.name
}
