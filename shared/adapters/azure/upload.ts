import { randomUUID } from "node:crypto"
import type { BlockBlobClient } from "@azure/storage-blob"

/** What is sent at a time, and how many of them at once: a slow line still shows progress every few seconds. */
const blockBytes = 1024 * 1024
const blocksAtOnce = 4

/**
 * Sends a body as blocks that become the blob all at once, at the end: when the body throws, nothing has changed.
 * The SDK's own upload of a stream cannot be aborted while it sends a block.
 */
export async function upload(
  blob: BlockBlobClient,
  body: AsyncIterable<Uint8Array>,
  { abortSignal, send, onProgress }: UploadOptions,
): Promise<{ etag?: string; lastModified?: Date }> {
  const run = randomUUID()
  const ids: string[] = []
  const flight = new Set<Promise<void>>()
  let sentBytes = 0
  for await (const block of blocksOf(body)) {
    const id = blockId(run, ids.length)
    ids.push(id)
    const sending: Promise<void> = send(() => blob.stageBlock(id, block, block.length, { abortSignal })).then(() => {
      sentBytes += block.length
      flight.delete(sending)
      onProgress(sentBytes)
    })
    // It is waited for below, but perhaps not before the body throws.
    sending.catch(() => {})
    flight.add(sending)
    if (flight.size === blocksAtOnce) await Promise.race(flight)
  }
  await Promise.all(flight)
  return await send(() => blob.commitBlockList(ids, { abortSignal }))
}

interface UploadOptions {
  abortSignal: AbortSignal
  /** Makes one call. */
  send: <T>(call: () => Promise<T>) => Promise<T>
  /** Is told the bytes that have arrived so far. */
  onProgress: (sentBytes: number) => void
}

/** As long as the ids of the SDKs: the service wants all ids of a blob to be, those of an upload that was cut off too. */
function blockId(run: string, index: number): string {
  return Buffer.from(run + String(index).padStart(12, "0")).toString("base64")
}

/** The same bytes in blocks of one size, the last one excepted. */
async function* blocksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = Buffer.allocUnsafeSlow(blockBytes)
  let filled = 0
  for await (const chunk of body) {
    for (let taken = 0; taken < chunk.length; ) {
      const part = chunk.subarray(taken, taken + blockBytes - filled)
      block.set(part, filled)
      taken += part.length
      filled += part.length
      if (filled < blockBytes) continue
      yield block
      block = Buffer.allocUnsafeSlow(blockBytes)
      filled = 0
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}
