import type { Inbox, InboxFile } from "../ports/inbox.ts"
import { Problem } from "../problem.ts"
import { HOLD_MARKER, READY_MARKER } from "./batch.ts"

/**
 * Copies the files of one place into the inbox of another, all at the same time. The batch is held until the last one has
 * arrived whole, and marked as ready then: a folder in which old files lie beside new ones is never released. Throws BATCH_INCOMPLETE when there is nothing to copy. `folder` is the batch's tag, or empty for the inbox's root.
 */
export async function copyBatch(
  from: Inbox,
  to: Inbox,
  folder: string,
  progress: (name: string, doneBytes: number, sizeBytes: number) => void,
): Promise<InboxFile[]> {
  const files = (await from.list()).filter(({ path }) => !path.includes("/") && !path.startsWith("."))
  if (files.length === 0) throw new Problem("BATCH_INCOMPLETE", "the folder holds no files")
  const prefix = folder === "" ? "" : `${folder}/`
  const hold = await to.put(prefix + HOLD_MARKER, ReadableStream.from([]), { sizeBytes: 0 })
  const giveUp = new AbortController()
  const arrived = await Promise.all(
    files.map((file) =>
      to.put(prefix + file.path, from.read(file), {
        sizeBytes: file.sizeBytes,
        signal: giveUp.signal,
        onProgress: (sentBytes) => progress(file.path, sentBytes, file.sizeBytes),
      }),
    ),
  ).catch((error: unknown) => {
    giveUp.abort(error) // What one upload failed on, the others need not finish for.
    throw error
  })
  // In this order: the last event, the marker's, finds nothing in its way.
  await to.remove(hold)
  await to.put(prefix + READY_MARKER, ReadableStream.from([]), { sizeBytes: 0 })
  return arrived
}
