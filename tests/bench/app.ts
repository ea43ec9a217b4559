import { rm } from "node:fs/promises"
import { join } from "node:path"
import { BlobServiceClient } from "@azure/storage-blob"
import { QueueClient } from "@azure/storage-queue"
import { blobCreated } from "../../infra/local/events/blob-created.ts"
import type { MessageOutcome } from "../../infra/local/functions-host/runtime.ts"
import { makeSample } from "../../infra/local/sample/sample.ts"
import { shipFolder } from "../../shared/app.ts"
import type { ReleaseRecord } from "../../shared/release/model.ts"
import { readRecord } from "../../shared/release/record.ts"
import type { Built } from "./build.ts"
import { benchConfiguration, benchSettings } from "./configuration.ts"
import { type Part, startPart } from "./part.ts"

export interface Call {
  operation: string
  write: boolean
}

/** Where it is measured: everything is kept below the directory. */
export interface Ground {
  directory: string
  built: Built
  signal: AbortSignal
}

/** The built function app at work on a storage account and the look-alike of GitHub, each in a process of its own. */
export type BenchApp = Awaited<ReturnType<typeof openApp>>

interface Settled {
  queue: string
  messageId: string
  outcome: MessageOutcome
}

const part = (name: string) => join(import.meta.dirname, "parts", name)

/** Starts storage and GitHub, whose workspace has this VERSION. The app itself starts when it is told to. */
export async function openApp(version: string, { directory, built, signal }: Ground) {
  const parts: Part<unknown>[] = []
  const start = <Told>(file: string, args: string[], env = {}): Part<Told> => {
    const part = startPart<Told>(file, { args, env, signal })
    parts.push(part)
    return part
  }
  const storage = await start<string>(part("storage.ts"), [join(directory, "storage")]).told()
  const github = start<string | Call[]>(part("github.ts"), [join(directory, "github"), version])
  const githubUrl = String(await github.told())
  const { artifacts } = await benchConfiguration()
  const queue = new QueueClient(storage, "inbox-events")
  await queue.createIfNotExists()
  let functions: Part<Settled | "ready"> | undefined

  return {
    storage,
    /** Makes the files of a version, drops them into the inbox, and answers the image's path there. */
    async ship(version: string, sizes: { dmg?: number } = {}): Promise<string> {
      const folder = join(directory, `v${version}`)
      await makeSample({ directory: folder, version, artifacts, sizes })
      const files = await shipFolder(folder, undefined, { AzureWebJobsStorage: storage }, () => {})
      await rm(folder, { recursive: true })
      const image = files.find(({ path }) => path.endsWith(".dmg"))
      if (!image) throw new Error("no image reached the inbox")
      return image.path
    },
    /** Answers the most memory of the app before it has done anything, in bytes. */
    async start(): Promise<number> {
      const settings = { ...(await benchSettings(githubUrl, directory)), AzureWebJobsStorage: storage }
      functions = start<Settled | "ready">(built.functions, [built.app, storage, "host.json"], settings)
      await functions.told()
      return functions.peakBytes()
    },
    peakBytes: () => functions?.peakBytes() ?? 0,
    /** Sends an event for each path, all at once; answers the seconds until each is dealt with. Waits for the proofs besides. */
    async wake(paths: readonly string[], { proofs }: { proofs: number }): Promise<number> {
      const started = performance.now()
      const messages = new Set<string>()
      for (const { messageId } of await Promise.all(paths.map((path) => queue.sendMessage(eventFor(path)))))
        messages.add(messageId)
      let seconds = 0
      for (let left = proofs; messages.size > 0 || left > 0; ) {
        const told = await functions?.told()
        if (told === undefined || told === "ready") continue
        const proven = told.queue === "released"
        // The sweep may send messages of its own.
        if (!messages.delete(told.messageId) && !proven) continue
        if (told.outcome !== "deleted") throw new Error(`a message of ${told.queue} was ${told.outcome}`)
        if (proven) left--
        else if (messages.size === 0) seconds = (performance.now() - started) / 1000
      }
      return seconds
    },
    /** Writes VERSION. */
    async setVersion(version: string): Promise<void> {
      github.ask({ version })
      await github.told()
    },
    async calls(): Promise<Call[]> {
      github.ask("calls")
      return (await github.told()) as Call[]
    },
    /** Throws unless the release is at its end. */
    async record(tag: string): Promise<ReleaseRecord> {
      const { blobStore } = await import("../../shared/adapters/azure/blob-store.ts")
      const record = await readRecord(await blobStore({ connectionString: storage }, "state"), tag)
      if (record?.phase !== "complete") throw new Error(`${tag} is ${record?.phase}: ${record?.problem?.message}`)
      return record
    },
    /** The image read by a process that does nothing else: its seconds, and the most memory it took. */
    async download(path: string): Promise<{ seconds: number; peakBytes: number }> {
      const peer = start<{ seconds: number }>(built.download, [storage, "inbox", path])
      const { seconds } = await peer.told()
      return { seconds, peakBytes: peer.peakBytes() }
    },
    /** Every blob with its ETag. */
    async blobs(): Promise<Set<string>> {
      const service = BlobServiceClient.fromConnectionString(storage)
      const seen = new Set<string>()
      for await (const { name: container } of service.listContainers())
        for await (const { name, properties } of service.getContainerClient(container).listBlobsFlat())
          seen.add(`${container}/${name} ${properties.etag}`)
      return seen
    },
    close: () => Promise.all(parts.map((part) => part.stop())),
  }
}

function eventFor(name: string): string {
  const blob = { container: "inbox", name, url: "", eTag: "", contentType: "", contentLength: 0, blobType: "BlockBlob" }
  return Buffer.from(JSON.stringify(blobCreated(blob, "", new Date(), 0))).toString("base64")
}
