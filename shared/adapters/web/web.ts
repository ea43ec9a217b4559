import type { Web } from "../../ports/web.ts"
import { Problem } from "../../problem.ts"
import type { Head, WebOptions } from "./ask.ts"
import { follow, webAddress } from "./follow.ts"

/**
 * The web over `node:http` and `node:https`. `fetch` hides what matters here: which address was connected to, why a certificate
 * was refused, and how much of an answer was read. The options are for tests; a client needs none.
 */
export function webClient(options: WebOptions = {}): Web {
  return {
    async read(address, { maxBytes, signal }) {
      const head = await follow(address, options, signal)
      const { status, url, headers } = head
      return { status, url: url.href, headers, text: await textOf(head, maxBytes) }
    },
    async download(address, signal) {
      const { url, ...head } = await follow(address, options, signal)
      return { ...head, url: url.href }
    },
    async certificate(address, signal) {
      const { certificateOf } = await import("./certificate.ts")
      return certificateOf(webAddress(address), options, signal)
    },
  }
}

/** The whole body as text. What is promised or grows too large is not read on. */
async function textOf(head: Head, maxBytes: number): Promise<string> {
  try {
    if (head.sizeBytes !== undefined && head.sizeBytes > maxBytes) throw tooLarge(head.url, maxBytes)
    const chunks: Uint8Array[] = []
    let readBytes = 0
    for await (const chunk of head.bytes()) {
      readBytes += chunk.byteLength
      if (readBytes > maxBytes) throw tooLarge(head.url, maxBytes)
      chunks.push(chunk)
    }
    // Unlike `TextDecoder`, this keeps a byte-order mark: some parsers stumble over it, so it must be seen.
    return Buffer.concat(chunks).toString("utf8")
  } finally {
    head.close()
  }
}

function tooLarge({ host }: URL, maxBytes: number): Problem {
  return new Problem("ANSWER_TOO_LARGE", `${host} sends more than the ${maxBytes} bytes that are read`)
}
