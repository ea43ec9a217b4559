import { constants, type FileHandle, open } from "node:fs/promises"
import type { InboxFile, Range } from "../../ports/inbox.ts"
import type { Problem } from "../../problem.ts"
import { onDisk, unlessMissing } from "./disk.ts"
import { look } from "./listing.ts"

const chunkBytes = 1024 * 1024

interface ReadOptions {
  range: Range
  /** Thrown when the file is gone or another by now. */
  changed: () => Problem
  signal?: AbortSignal | undefined
}

/**
 * The bytes of a range, each chunk in a buffer of its own: the reader may keep it. Before a chunk is given out, the file
 * is looked at again: it must be the one that `seen` was.
 */
export async function* readFileRange(
  file: string,
  seen: InboxFile,
  { range, changed, signal }: ReadOptions,
): AsyncGenerator<Uint8Array, void> {
  const what = `read ${seen.path}`
  const check = async () => {
    const now = await onDisk(what, () => look(file, seen.path))
    if (now?.etag !== seen.etag) throw changed()
  }
  signal?.throwIfAborted()
  await check()
  const handle = await onDisk(what, () => open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unlessMissing))
  if (!handle) throw changed()
  try {
    const end = Math.min(range.offset + range.length, seen.sizeBytes)
    for (let at = range.offset; at < end; ) {
      signal?.throwIfAborted()
      const chunk = await onDisk(what, () => readChunk(handle, at, Math.min(chunkBytes, end - at)))
      await check()
      if (chunk.length === 0) throw changed()
      at += chunk.length
      yield chunk
    }
  } finally {
    await handle.close()
  }
}

async function readChunk(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
