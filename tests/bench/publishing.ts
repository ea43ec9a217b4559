import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { BlobServiceClient } from "@azure/storage-blob"
import { QueueClient } from "@azure/storage-queue"
import { blobCreated } from "../../infra/local/events/blob-created.ts"
import type { MessageOutcome } from "../../infra/local/functions-host/runtime.ts"
import { makeSample } from "../../infra/local/sample/sample.ts"
import { readConfiguration, shipFolder } from "../../shared/app.ts"
import { readRecord } from "../../shared/release/record.ts"
import type { Built } from "./build.ts"
import { type Part, startPart } from "./part.ts"

/** What one publishing of a large image showed. */
export interface Publishing {
  sizeBytes: number
  /** The most memory of the process that runs the functions: before the first event, and in all. */
  idleBytes: number
  peakBytes: number
  /** From the event to the complete release, and of that from the draft to the public release: one pass over the bytes. */
  seconds: number
  publishSeconds: number
  /** The image alone, read with the SDK by a process that does nothing else. */
  download: { seconds: number; peakBytes: number }
  /** What a second event for the finished batch cost. */
  again: { githubCalls: number; githubWrites: number; blobWrites: number }
}

interface Call {
  operation: string
  write: boolean
}

interface Settled {
  messageId: string
  outcome: MessageOutcome
}

const part = (name: string) => join(import.meta.dirname, "parts", name)

const version = "1.0.0.1"
const tag = `v${version}`

/** Publishes an image of this size with a small package and notes. Everything is kept below the directory. */
export async function measurePublishing(
  sizeBytes: number,
  { directory, built, signal }: { directory: string; built: Built; signal: AbortSignal },
): Promise<Publishing> {
  const parts: Part<unknown>[] = []
  const start = <Told>(file: string, args: string[], env = {}): Part<Told> => {
    const part = startPart<Told>(file, { args, env, signal })
    parts.push(part)
    return part
  }
  try {
    const storage = await start<string>(part("storage.ts"), [join(directory, "storage")]).told()
    const github = start<string | Call[]>(part("github.ts"), [join(directory, "github"), version])
    const GITHUB_API_URL = String(await github.told())
    const image = await ship(sizeBytes, directory, storage)
    const download = await plainDownload(start(built.download, [storage, "inbox", image]))

    const SLIPWAY_CONFIG = await withoutVm(directory)
    const settings = { AzureWebJobsStorage: storage, GITHUB_API_URL, GITHUB_TOKEN: "local-token", SLIPWAY_CONFIG }
    const functions = start<Settled | "ready">(built.functions, [built.app, storage, "host.json"], settings)
    await functions.told()
    const idleBytes = functions.peakBytes()
    const queue = new QueueClient(storage, "inbox-events")
    await queue.createIfNotExists()
    const wake = async () => {
      const started = performance.now()
      const { messageId } = await queue.sendMessage(eventFor(image))
      for (;;) {
        const told = await functions.told()
        // The sweep may send messages of its own.
        if (told === "ready" || told.messageId !== messageId) continue
        if (told.outcome !== "deleted") throw new Error(`the event was ${told.outcome}`)
        return (performance.now() - started) / 1000
      }
    }
    const callsSoFar = async () => {
      github.ask("calls")
      return (await github.told()) as Call[]
    }

    const seconds = await wake()
    const peakBytes = functions.peakBytes()
    const publishSeconds = await publishTime(storage)
    const [callsBefore, blobsBefore] = [await callsSoFar(), await listBlobs(storage)]
    await wake()
    const [calls, blobs] = [(await callsSoFar()).slice(callsBefore.length), await listBlobs(storage)]
    const again = {
      githubCalls: calls.length,
      githubWrites: calls.filter(({ write }) => write).length,
      blobWrites: blobs.symmetricDifference(blobsBefore).size,
    }
    return { sizeBytes, idleBytes, peakBytes, seconds, publishSeconds, download, again }
  } finally {
    await Promise.all(parts.map((part) => part.stop()))
  }
}

/** Writes the configuration without the VM, which is no part of what is measured; answers its path. */
async function withoutVm(directory: string): Promise<string> {
  const { config } = await readConfiguration({ storage: false, github: false })
  const path = join(directory, "slipway.config.json")
  await writeFile(path, JSON.stringify({ ...config, vm: undefined }))
  return path
}

/** Makes the files and drops them into the inbox; answers the image's path there. */
async function ship(sizeBytes: number, directory: string, storage: string): Promise<string> {
  const { config } = await readConfiguration({ storage: false, github: false })
  const folder = join(directory, tag)
  await makeSample({ directory: folder, version, artifacts: config.artifacts, sizes: { dmg: sizeBytes } })
  const files = await shipFolder(folder, undefined, { AzureWebJobsStorage: storage }, () => {})
  await rm(folder, { recursive: true })
  const image = files.find((file) => file.sizeBytes === sizeBytes)
  if (!image) throw new Error("the image did not reach the inbox")
  return image.path
}

async function plainDownload(part: Part<{ seconds: number }>): Promise<Publishing["download"]> {
  const { seconds } = await part.told()
  return { seconds, peakBytes: part.peakBytes() }
}

function eventFor(name: string): string {
  const blob = { container: "inbox", name, url: "", eTag: "", contentType: "", contentLength: 0, blobType: "BlockBlob" }
  return Buffer.from(JSON.stringify(blobCreated(blob, "", new Date(), 0))).toString("base64")
}

/** From the draft to the public release, as the record tells it. */
async function publishTime(storage: string): Promise<number> {
  const { blobStore } = await import("../../shared/adapters/azure/blob-store.ts")
  const record = await readRecord(await blobStore({ connectionString: storage }, "state"), tag)
  if (record?.phase !== "complete") throw new Error(`the release is ${record?.phase}: ${record?.problem?.message}`)
  const at = (event: string) => Date.parse(record.timeline.findLast((entry) => entry.event === event)?.at ?? "")
  return (at("published") - at("draft made")) / 1000
}

/** Every blob with its ETag. */
async function listBlobs(storage: string): Promise<Set<string>> {
  const service = BlobServiceClient.fromConnectionString(storage)
  const seen = new Set<string>()
  for await (const { name: container } of service.listContainers())
    for await (const { name, properties } of service.getContainerClient(container).listBlobsFlat())
      seen.add(`${container}/${name} ${properties.etag}`)
  return seen
}
