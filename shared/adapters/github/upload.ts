import type { Release, ReleaseAsset } from "../../ports/releases.ts"
import { Problem } from "../../problem.ts"
import type { GithubClient } from "./client.ts"
import { isProblem } from "./errors.ts"
import { answerLost } from "./look-first.ts"
import { sendStream } from "./send-stream.ts"
import { asAsset } from "./shapes.ts"

/** What is to be sent. */
interface Outgoing {
  name: string
  sizeBytes: number
  contentType: string
}

/** How an upload looks around and cleans up after itself. */
interface Surroundings {
  /** The release's asset of this name as GitHub has it now, finished or not. */
  find(release: Release, name: string): Promise<ReleaseAsset | undefined>
  discard(release: Release, asset: ReleaseAsset): Promise<void>
}

/**
 * Sends an asset, and once more if need be. Whatever an attempt ends with, the assets are listed before anything is concluded: a lost
 * answer may hide a whole asset, and a failed attempt may leave a `starter` that blocks the name.
 */
export async function upload(
  client: GithubClient,
  repository: string,
  around: Surroundings,
  release: Release,
  outgoing: Outgoing,
  open: () => AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<ReleaseAsset> {
  for (let attempt = 1; ; attempt++) {
    const body = wholeOnly(open, outgoing)
    try {
      return await send(client, repository, release, outgoing, body.open, signal)
    } catch (error) {
      // Called off: another run may be at work by now, so what lies there is not touched.
      signal?.throwIfAborted()
      if (body.fault) {
        // Only tidying: the next run finds the leftover as well, and the fault of the stream is what matters.
        await leftover(around, release, outgoing).catch(() => {})
        throw body.fault.error
      }
      const refused = isProblem(error, "GITHUB_REFUSED")
      if (!refused && !answerLost(error)) throw error
      const left = await leftover(around, release, outgoing)
      if (typeof left === "object") return left
      // A refusal for a blocked name comes before any byte and costs no try; for anything else it is final.
      if (refused ? left !== "removed" || attempt === 3 : attempt >= 2) throw error
    }
  }
}

async function send(
  client: GithubClient,
  repository: string,
  release: Release,
  { name, sizeBytes, contentType }: Outgoing,
  open: () => AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<ReleaseAsset> {
  // The address GitHub gives ends in `{?name,label}`, and lies on another host than the API.
  const url = new URL(release.uploadUrl.replace(/\{.*\}$/, ""))
  url.searchParams.set("name", name)
  const { data } = await client.rest(repository, `POST ${url}`, {
    headers: { "content-type": contentType, "content-length": sizeBytes },
    request: { fetch: sendStream(open, { stallMs: client.stallMs, signal }) },
  })
  return asAsset(data)
}

/** The asset if it is there whole; else the name is made free again. */
async function leftover(
  around: Surroundings,
  release: Release,
  { name, sizeBytes }: Outgoing,
): Promise<ReleaseAsset | "removed" | "nothing"> {
  const found = await around.find(release, name)
  if (!found) return "nothing"
  if (found.state === "uploaded" && found.sizeBytes === sizeBytes) return found
  await around.discard(release, found)
  return "removed"
}

/**
 * The stream, but its last chunk goes out only when the stream has ended well and with exactly the size announced: a file
 * found to be bad at its very last byte never becomes a finished asset. Remembers what went wrong with the stream.
 */
function wholeOnly(open: () => AsyncIterable<Uint8Array>, { name, sizeBytes }: Outgoing) {
  async function* whole(): AsyncGenerator<Uint8Array> {
    let sentBytes = 0
    let held: Uint8Array | undefined
    try {
      for await (const chunk of open()) {
        sentBytes += chunk.byteLength
        if (sentBytes > sizeBytes) break
        if (held) yield held
        held = chunk
      }
      if (sentBytes !== sizeBytes)
        throw new Problem(
          "INBOX_CHANGED",
          sentBytes > sizeBytes
            ? `${name} is longer than its ${sizeBytes} bytes`
            : `${name} ended after ${sentBytes} of ${sizeBytes} bytes`,
        )
    } catch (error) {
      body.fault = { error }
      throw error
    }
    if (held) yield held
  }
  const body: { open: () => AsyncIterable<Uint8Array>; fault?: { error: unknown } } = { open: whole }
  return body
}
