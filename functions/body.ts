import type { HttpRequest } from "@azure/functions"
import { Problem } from "../shared/app.ts"

/** No request of ours is near this long. In bytes. */
const LIMIT = 16 * 1024

/** The text of a request's body; one that is too long is not read to its end. Throws REQUEST_TOO_LARGE, REQUEST_INVALID. */
export async function bodyOf({ headers, body }: HttpRequest): Promise<string> {
  if (Number(headers.get("content-length")) > LIMIT) throw tooLarge()
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let text = ""
  let sizeBytes = 0
  try {
    // Leaving the loop cancels the rest.
    for await (const chunk of body ?? []) {
      sizeBytes += chunk.length
      if (sizeBytes > LIMIT) throw tooLarge()
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch (error) {
    if (error instanceof TypeError) throw new Problem("REQUEST_INVALID", "the body is no UTF-8 text")
    throw error
  }
}

function tooLarge(): Problem {
  return new Problem("REQUEST_TOO_LARGE", `the body is longer than ${LIMIT} bytes`)
}
