import { Problem } from "../../problem.ts"
import type { Hop } from "./addresses.ts"
import { ask, type Head, type WebOptions } from "./ask.ts"

const REDIRECTS = 5

/**
 * Asks for an address and follows its redirects. Throws REDIRECT_REFUSED for a sixth one, a circle, one to plain http or into a
 * private network, ENDPOINT_UNREACHABLE, or the reason of the signal.
 */
export async function follow(address: string, options: WebOptions, signal: AbortSignal): Promise<Head> {
  let url = webAddress(address)
  let fromPublic = false
  const visited = new Set<string>()
  for (;;) {
    visited.add(url.href)
    const hop: Hop = { fromPublic, public: false }
    const head = await ask(url, hop, options, signal)
    const target = redirectOf(head)
    if (target === undefined) return head
    head.close()
    const next = judgeRedirect(url, target)
    if (visited.has(next.href)) throw refused(`${url.host} redirects in a circle`)
    if (visited.size > REDIRECTS) throw refused(`more than ${REDIRECTS} redirects, the last one from ${url.host}`)
    fromPublic = hop.public
    url = next
  }
}

/** An address that can be asked for, without credentials. Throws ENDPOINT_UNREACHABLE. */
export function webAddress(address: string): URL {
  const url = URL.parse(address)
  if (!url || !isWeb(url)) {
    throw new Problem("ENDPOINT_UNREACHABLE", "the address is neither https nor http", {
      remedy: "Correct the address: it must be whole and begin with https://.",
    })
  }
  return bare(url)
}

/** Where an answer sends on. One without a place to go is an answer like any other. (RFC 9110, section 15.4) */
function redirectOf({ status, headers }: Head): string | undefined {
  return [301, 302, 303, 307, 308].includes(status) ? headers.location : undefined
}

function judgeRedirect(from: URL, target: string): URL {
  const url = URL.parse(target, from.href)
  if (!url || !isWeb(url)) throw refused(`${from.host} redirects to what is no web address`)
  if (from.protocol === "https:" && url.protocol === "http:") {
    throw refused(`${from.host} redirects from https to plain http (${url.host})`)
  }
  return bare(url)
}

function isWeb({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "http:"
}

function bare(url: URL): URL {
  url.username = ""
  url.password = ""
  url.hash = ""
  return url
}

function refused(message: string): Problem {
  return new Problem("REDIRECT_REFUSED", message)
}
