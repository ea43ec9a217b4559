import { setTimeout as delay } from "node:timers/promises"
import type { BlobClient } from "@azure/storage-blob"
import { unreachable } from "./exchange.ts"

const pollMs = 500

interface CopyOptions {
  /** Of the source, in quotes. */
  etag: string
  /** Completes "Storage cannot be reached to …". */
  what: string
  abortSignal: AbortSignal
}

/** Lets the storage copy a blob within the account, and waits for the end. No byte comes here. */
export async function copyBlob(source: BlobClient, target: BlobClient, options: CopyOptions): Promise<void> {
  const { etag, what, abortSignal } = options
  const sourceConditions = { ifMatch: etag }
  const started = await target.beginCopyFromURL(source.url, { abortSignal, sourceConditions })
  let status = started.isDone() ? "success" : "pending"
  while (status === "pending") {
    await delay(pollMs, undefined, { signal: abortSignal })
    const { copyStatus = "lost" } = await target.getProperties({ abortSignal })
    status = copyStatus
  }
  if (status !== "success") throw unreachable(what, `the copy ended as ${status}`)
}
