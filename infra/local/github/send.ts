import { createReadStream } from "node:fs"
import type { IncomingMessage, ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import type { Answer } from "./answer.ts"
import type { Fault } from "./fault.ts"

/** Writes an answer out, as whole as the fault lets it be. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
): Promise<void> {
  const text = Buffer.from(textOf(answer, fault))
  const size = answer.file === undefined ? text.length : answer.file.end - answer.file.start + 1
  const truncated = fault?.kind === "truncate"
  const cut = truncated || (fault?.kind === "status" && fault.cut === true)
  response.writeHead(answer.status, {
    ...(answer.json === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...answer.headers,
    ...(answer.status === 204 ? {} : { "content-length": size }),
    ...(cut ? { connection: "close" } : {}),
  })
  const sent = truncated ? Math.floor(size / 2) : size
  if (answer.file !== undefined && request.method !== "HEAD" && sent > 0) {
    const { path, start } = answer.file
    const bytes = createReadStream(path, { start, end: start + sent - 1, highWaterMark: 2 ** 20 })
    await pipeline(bytes, response, { end: !truncated })
  } else if (truncated) response.write(text.subarray(0, sent))
  else response.end(text)
  // Breaks off what is still coming in, once what goes out has gone.
  if (cut) request.socket.destroySoon()
}

function textOf(answer: Answer, fault: Fault | undefined): string {
  if (answer.json === undefined) return answer.text ?? ""
  const unknown = fault?.kind === "no-digest"
  return JSON.stringify(answer.json, (key, value) => (unknown && key === "digest" ? null : value))
}
