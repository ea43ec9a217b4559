/** Event Grid on this machine: what is uploaded to a container is announced in a storage queue. */
import { setTimeout as delay } from "node:timers/promises"
import type { ContainerClient } from "@azure/storage-blob"
import { type BlobCreated, blobCreated, type SeenBlob } from "./blob-created.ts"

export type { BlobCreated } from "./blob-created.ts"

export interface EventsOptions {
  connectionString: string
  /** Watched, and need not exist yet. */
  container: string
  /** Created when there is something to say. */
  queue: string
  /** How often the container is listed, default 500: a call of about 5 ms. */
  intervalMs?: number
  /** The storage account's resource id; a made-up one by default. */
  topic?: string
  now?: () => Date
  /** Is told of each event that is in the queue. */
  observe?: (event: BlobCreated) => void
  /** Is told when the storage does not answer, once per outage; by default a warning of the process. */
  onError?: (error: unknown) => void
}

export interface LocalEvents {
  /** Looks now, without waiting for the next time; resolves when all that is new is in the queue. */
  scan(): Promise<void>
  close(): Promise<void>
}

const localTopic =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/local"

/**
 * Announces every blob once per ETag, as base64 JSON. Nothing is remembered across restarts: all that is there is
 * announced again at the start. Delivery is at least once, as Event Grid's.
 */
export async function startEvents(options: EventsOptions): Promise<LocalEvents> {
  const { connectionString, intervalMs = 500, topic = localTopic, now = () => new Date() } = options
  const onError = options.onError ?? ((error) => process.emitWarning(`No events: ${String(error)}`))
  const { BlobServiceClient } = await import("@azure/storage-blob")
  const { QueueClient } = await import("@azure/storage-queue")
  const retryOptions = { maxTries: 1 }
  const blobs = BlobServiceClient.fromConnectionString(connectionString, { retryOptions })
  const container = blobs.getContainerClient(options.container)
  const queue = new QueueClient(connectionString, options.queue, { retryOptions })
  const closing = new AbortController()
  const { signal } = closing
  const announced = new Map<string, string>()
  let sequence = 0
  let turn: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    for (const blob of await list(container, signal)) {
      if (announced.get(blob.name) !== blob.eTag) await announce(blob)
      announced.set(blob.name, blob.eTag)
    }
  }

  async function announce(blob: SeenBlob): Promise<void> {
    const event = blobCreated(blob, topic, now(), sequence++)
    await queue.createIfNotExists({ abortSignal: signal })
    await queue.sendMessage(Buffer.from(JSON.stringify(event)).toString("base64"), { abortSignal: signal })
    options.observe?.(event)
  }

  function scan(): Promise<void> {
    const mine = turn.then(look)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function watch(): Promise<void> {
    let failing = false
    while (!signal.aborted) {
      try {
        await scan()
        failing = false
      } catch (error) {
        if (!failing && !signal.aborted) onError(error)
        failing = true
      }
      await delay(intervalMs, undefined, { signal }).catch(() => undefined)
    }
  }

  const watching = watch()
  return {
    scan,
    close: async () => {
      closing.abort()
      await watching
    },
  }
}

async function list(container: ContainerClient, abortSignal: AbortSignal): Promise<SeenBlob[]> {
  const seen: SeenBlob[] = []
  try {
    for await (const { name, properties } of container.listBlobsFlat({ abortSignal })) {
      seen.push({
        container: container.containerName,
        name,
        url: container.getBlobClient(name).url,
        eTag: properties.etag.replaceAll('"', ""),
        contentType: properties.contentType ?? "application/octet-stream",
        contentLength: properties.contentLength ?? 0,
        blobType: properties.blobType ?? "BlockBlob",
      })
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ContainerNotFound") throw error
  }
  return seen
}
