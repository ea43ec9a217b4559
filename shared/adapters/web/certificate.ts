import { once } from "node:events"
import { isIP } from "node:net"
import { addAbortSignal } from "node:stream"
import { connect, type TLSSocket } from "node:tls"
import type { Certificate } from "../../ports/web.ts"
import { Problem } from "../../problem.ts"
import { judgedLookup } from "./addresses.ts"
import { hostOf, type WebOptions } from "./ask.ts"
import { fault, refusal } from "./fault.ts"

/**
 * Shakes hands with a server, whatever its certificate, and tells what it has shown. Throws ENDPOINT_UNREACHABLE or the reason of
 * the signal.
 */
export async function certificateOf(url: URL, options: WebOptions, signal: AbortSignal): Promise<Certificate> {
  signal.throwIfAborted()
  const host = hostOf(url)
  const { ca } = options
  const socket = connect({
    host,
    port: Number(url.port || 443),
    // A name chooses the certificate; an address cannot. (RFC 6066, section 3)
    ...(isIP(host) === 0 && { servername: host }),
    // The point is to look at what clients refuse. Nothing is sent over this connection.
    rejectUnauthorized: false,
    lookup: judgedLookup({ fromPublic: false, public: false }, options),
    ...(ca !== undefined && { ca }),
  })
  addAbortSignal(signal, socket)
  socket.on("error", () => {})
  try {
    await once(socket, "secureConnect")
    return shown(socket, url)
  } catch (error) {
    throw fault(error, url, signal)
  } finally {
    socket.destroy()
  }
}

function shown(socket: TLSSocket, url: URL): Certificate {
  const { valid_from: validFrom, valid_to: validTo } = socket.getPeerCertificate()
  if (!validFrom || !validTo) throw new Problem("ENDPOINT_UNREACHABLE", `${url.host} shows no certificate`)
  // Typed as an Error, but a code in text.
  const refused = socket.authorizationError && String(socket.authorizationError)
  return {
    validFrom: new Date(validFrom),
    validTo: new Date(validTo),
    ...(refused && { refusedBecause: refusal(refused) }),
  }
}
