import type { IncomingMessage, ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { Answer } from "./answers.ts"
import type { Lie } from "./lie.ts"

const HUGE_BYTES = 100_000_000
const TRICKLE_MS = 250

/** Writes an answer out, in the manner of a lie. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer, manner?: Lie["manner"]): void {
  if (manner === "hang") return
  if (manner === "reset") {
    request.socket.resetAndDestroy()
    return
  }
  const { status, type, body, headers } = answer
  const bytes = Buffer.from(body)
  const huge = manner === "huge" && request.method !== "HEAD"
  response.writeHead(status, {
    "content-type": type,
    ...headers,
    ...(!huge && { "content-length": bytes.length }),
  })
  if (huge) {
    // Whoever has enough hangs up.
    pipeline(Readable.from(much(), { objectMode: false }), response).catch(() => {})
  } else if (manner === "trickle") trickle(response, bytes)
  else response.end(bytes)
}

function trickle(response: ServerResponse, bytes: Buffer): void {
  let sent = 0
  const timer = setInterval(() => {
    if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent))
    else response.end()
  }, TRICKLE_MS)
  response.on("close", () => clearInterval(timer))
  response.flushHeaders()
}

function* much(): Generator<Buffer> {
  const chunk = Buffer.alloc(64 * 1024, "x")
  for (let left = HUGE_BYTES; left > 0; left -= chunk.length) yield chunk.subarray(0, left)
}
