import { open, rename, rm } from "node:fs/promises"
import { Problem } from "../../problem.ts"
import { onDisk } from "./disk.ts"
import { temporaryBeside } from "./paths.ts"

interface WriteOptions {
  sizeBytes: number
  signal?: AbortSignal
  onProgress?: (writtenBytes: number) => void
}

/** Writes a file of a known length all at once: it shows up, or replaces the old one, when its last byte is there. */
export async function writeFileFrom(
  body: AsyncIterable<Uint8Array>,
  target: string,
  { sizeBytes, signal, onProgress }: WriteOptions,
): Promise<void> {
  const what = `write ${target}`
  const part = temporaryBeside(target)
  const handle = await onDisk(what, () => open(part, "wx"))
  let writtenBytes = 0
  try {
    try {
      for await (const chunk of body) {
        signal?.throwIfAborted()
        await onDisk(what, () => handle.writeFile(chunk))
        writtenBytes += chunk.length
        onProgress?.(writtenBytes)
      }
    } finally {
      await handle.close()
    }
    if (writtenBytes !== sizeBytes)
      throw new Problem("INBOX_CHANGED", `${target} got ${writtenBytes} bytes instead of ${sizeBytes}`)
    await onDisk(what, () => rename(part, target))
  } finally {
    await rm(part, { force: true })
  }
}

/** Writes a small text all at once, and so that it is still there after a power cut. */
export async function writeText(text: string, target: string): Promise<void> {
  const part = temporaryBeside(target)
  try {
    const handle = await open(part, "wx")
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, target)
  } finally {
    await rm(part, { force: true })
  }
}
