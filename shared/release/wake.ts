import { CONTAINERS } from "../ports/names.ts"
import type { Queue } from "../ports/queue.ts"
import { Problem } from "../problem.ts"
import { isTag } from "../version/version.ts"
import { batchOf, ROOT } from "./batch.ts"
import { reconcile } from "./reconcile.ts"
import { unfinished } from "./sweep.ts"
import type { ReleaseRequest, World } from "./world.ts"

/** How long a message stays away while another run holds its tag, in seconds. */
const BUSY_SECONDS = 10

/** Azure keeps a message hidden for at most seven days; nobody waits longer than an hour for GitHub. */
const LONGEST_WAIT_SECONDS = 3600

const INBOX_SUBJECT = `/blobServices/default/containers/${CONTAINERS.inbox}/blobs/`

/**
 * Answers one queue message: an Event Grid event about a blob in the inbox, or a request of our own. Waiting is a new message
 * with a delay. What a retry can mend is thrown, so that the host delivers the message again; all else is done with here.
 * Answers the tag that this very run has released, if it has.
 */
export async function wake(message: unknown, world: World, queue: Queue): Promise<string | undefined> {
  const request = requestIn(message, world)
  if (!request) return undefined
  try {
    const outcome = await reconcile(request, world)
    if (outcome.status === "busy") await queue.send(messageFor(request), BUSY_SECONDS)
    if (outcome.wakeInSeconds !== undefined) await queue.send(messageFor(request), outcome.wakeInSeconds)
    return outcome.released ? outcome.tag : undefined
  } catch (error) {
    const seconds = error instanceof Problem ? error.retryAfterSeconds : undefined
    if (seconds === undefined) throw error
    await queue.send(messageFor(request), Math.min(Math.max(1, Math.ceil(seconds)), LONGEST_WAIT_SECONDS))
    return undefined
  }
}

/** Sends a message for everything that is not finished: events get lost, and runs are cut off. */
export async function sweep(world: World, queue: Queue): Promise<number> {
  const tags = await unfinished(world)
  await Promise.all(tags.map((tag) => queue.send(messageFor({ tag }))))
  return tags.length
}

/** The message that asks for a release; it survives the queue as JSON. */
export function messageFor(request: ReleaseRequest): string {
  return JSON.stringify({ release: request })
}

function requestIn(message: unknown, { log }: World): ReleaseRequest | undefined {
  const read = readRequest(message)
  if (typeof read !== "string") return read
  const problem = new Problem("MESSAGE_INVALID", read)
  log("warn", `${problem.code}: ${problem.message}`, { remedy: problem.remedy })
  return undefined
}

/** The request in a message, or the reason why there is none. */
function readRequest(message: unknown): ReleaseRequest | string {
  if (!isObject(message)) return "the message is not a JSON object"
  if (isObject(message.release)) return ownRequest(message.release)
  const { subject } = message
  if (typeof subject !== "string") return "the message names no blob"
  if (!subject.startsWith(INBOX_SUBJECT)) return `the message is about another container: ${subject.slice(0, 200)}`
  const path = subject.slice(INBOX_SUBJECT.length)
  const batch = batchOf(path)
  if (batch === undefined) return `${path.slice(0, 200)} belongs to no batch and is left alone`
  return { tag: batch === ROOT ? undefined : batch }
}

function ownRequest({ tag, asked, allowSameBytes }: Record<string, unknown>): ReleaseRequest | string {
  if (tag !== undefined && (typeof tag !== "string" || !isTag(tag))) return "the message names no tag"
  return { tag, asked: asked === true, allowSameBytes: allowSameBytes === true }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
