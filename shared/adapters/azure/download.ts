import type { Readable } from "node:stream"
import type { BlobClient } from "@azure/storage-blob"
import type { Range } from "../../ports/inbox.ts"
import { Problem } from "../../problem.ts"
import { exchangeWithin, unreachable } from "./exchange.ts"
import { freeAtOnce } from "./free-at-once.ts"

interface DownloadOptions {
  /** Completes "Storage cannot be reached to …". */
  what: string
  /** The blob's, in quotes: other bytes are never mixed in. */
  etag: string
  range: Range
  /** How long the beginning of an answer may take; default as for every small call. */
  deadlineMs?: number | undefined
  /** How long not one byte may come while one is waited for. */
  stallMs: number
  /** Thrown when the blob is gone or another by now. */
  changed: () => Problem
  signal?: AbortSignal | undefined
}

/** Each request asks for the ETag again, so a replaced blob is noticed after this many bytes at the latest. */
const pieceBytes = 32 * 1024 * 1024

/** How often the connection may break without a byte in between. */
const maxBreaks = 3

/**
 * Reads a range of a blob as one stream at a time: measured, it is faster and leaner than several in flight. Goes on at
 * the byte where a connection broke; the SDK's own resumption gives up when the other side resets it.
 */
export async function* download(blob: BlobClient, options: DownloadOptions): AsyncGenerator<Uint8Array, void> {
  const { what, range, signal } = options
  const end = range.offset + range.length
  const free = freeAtOnce()
  let breaks = 0
  for (let at = range.offset; at < end; ) {
    const body = await open(blob, at, Math.min(pieceBytes, end - at), options)
    try {
      for await (const chunk of unlessStalled(body, options)) {
        at += chunk.length
        breaks = 0
        yield chunk
        free(chunk.length)
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (error instanceof Problem) throw error
      if (++breaks > maxBreaks) throw unreachable(what, "the connection keeps breaking", error)
    }
  }
}

async function open(blob: BlobClient, at: number, length: number, options: DownloadOptions): Promise<Readable> {
  const { what, etag, changed, deadlineMs, signal } = options
  const gone = () => {
    throw changed()
  }
  const { contentLength, readableStreamBody } = await exchangeWithin(deadlineMs)(
    what,
    (abortSignal) => blob.download(at, length, { abortSignal, conditions: { ifMatch: etag }, maxRetryRequests: 0 }),
    { signal, on: { 404: gone, 412: gone, 416: gone } },
  )
  if (contentLength !== length || !readableStreamBody) throw changed()
  return readableStreamBody as Readable
}

/** Counts only the time in which a byte is waited for: a slow reader is no stall. */
async function* unlessStalled(body: Readable, { what, stallMs }: DownloadOptions): AsyncGenerator<Uint8Array> {
  const stalled = () => body.destroy(unreachable(what, `no byte for ${stallMs / 1000} s`))
  let timer = setTimeout(stalled, stallMs)
  try {
    for await (const chunk of body) {
      clearTimeout(timer)
      yield chunk
      timer = setTimeout(stalled, stallMs)
    }
  } finally {
    clearTimeout(timer)
    body.destroy()
  }
}
