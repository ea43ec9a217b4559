import { once } from "node:events"
import type { IncomingMessage, RequestOptions } from "node:http"
import { type Hop, judgedLookup, judgeLiteral, type Ways } from "./addresses.ts"
import { fault } from "./fault.ts"

/** What the web is looked at with. */
export interface WebOptions extends Ways {
  /** Certificates (PEM) that are trusted in place of the usual authorities. */
  ca?: string | Buffer
}

/** An answer whose body has not been read yet. */
export interface Head {
  url: URL
  status: number
  headers: { readonly [name: string]: string }
  /** By `content-length`; undefined when it is not there. */
  sizeBytes: number | undefined
  /** The body in chunks. Throws ENDPOINT_UNREACHABLE when it ends early, or the reason of the signal. */
  bytes(): AsyncGenerator<Uint8Array>
  /** Lets go of the connection. */
  close(): void
}

/**
 * Sends one GET on a connection of its own, as a client without credentials, and waits for the head of its answer.
 * Throws ENDPOINT_UNREACHABLE, REDIRECT_REFUSED when the hop is not to be made, or the reason of the signal.
 */
export async function ask(url: URL, hop: Hop, options: WebOptions, signal: AbortSignal): Promise<Head> {
  signal.throwIfAborted()
  const hostname = hostOf(url)
  judgeLiteral(hop, hostname)
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http")
  const { ca } = options
  const about: RequestOptions & { ca?: string | Buffer } = {
    hostname,
    port: url.port,
    path: `${url.pathname}${url.search}`,
    // A compressed answer would hide its length and could unfold to any size.
    headers: { "user-agent": "slipway", accept: "*/*", "accept-encoding": "identity" },
    agent: false,
    lookup: judgedLookup(hop, options),
    signal,
    ...(ca !== undefined && { ca }),
  }
  const outgoing = request(about)
  // What goes wrong after the head is told by the body; without a listener it would end the process.
  outgoing.on("error", () => {})
  try {
    outgoing.end()
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage]
    incoming.on("error", () => {})
    return headOf(incoming, url, signal)
  } catch (error) {
    outgoing.destroy()
    throw fault(error, url, signal)
  }
}

/** The host as sockets want it: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1")
}

function headOf(incoming: IncomingMessage, url: URL, signal: AbortSignal): Head {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
  const length = incoming.headers["content-length"]
  return {
    url,
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    sizeBytes: length === undefined ? undefined : Number(length),
    async *bytes() {
      try {
        for await (const chunk of incoming) yield chunk
      } catch (error) {
        throw fault(error, url, signal)
      }
    },
    close: () => incoming.destroy(),
  }
}
