import type { ContainerClient } from "@azure/storage-blob"
import type { Inbox, InboxFile } from "../../ports/inbox.ts"
import { CONTAINERS } from "../../ports/names.ts"
import { asProblem, Problem } from "../../problem.ts"
import { connectBlobs, type StorageConnection } from "./connect.ts"
import { inContainer, quoted } from "./container.ts"
import { copyBlob } from "./copy.ts"
import { download } from "./download.ts"
import { exchangeWithin, statusOf } from "./exchange.ts"
import { upload } from "./upload.ts"

interface BlobInboxOptions {
  /** The containers' names. */
  inbox?: string
  archive?: string
  /** How long a transfer may stand still, in either direction. */
  stallMs?: number
  /**
   * How long a copy inside the account may take, which takes moments, whatever its size; one that takes longer is tried again by
   * the next run.
   */
  copyMs?: number
}

/** The inbox and archive as two blob containers, each made by whoever needs it first. */
export async function blobInbox(connection: StorageConnection, options: BlobInboxOptions = {}): Promise<Inbox> {
  const {
    inbox: inboxName = CONTAINERS.inbox,
    archive: archiveName = CONTAINERS.archive,
    stallMs = 60_000,
    copyMs = 300_000,
  } = options
  const { deadlineMs } = connection
  const exchange = exchangeWithin(deadlineMs)
  const blobs = await connectBlobs(connection)
  const inbox = blobs.getContainerClient(inboxName)
  const archive = blobs.getContainerClient(archiveName)

  return {
    list: (folder = "") =>
      exchange(`list ${inboxName}`, (signal) => inContainer(inbox, signal, () => listFiles(inbox, folder, signal))),

    async *read(file, { range = { offset: 0, length: file.sizeBytes }, signal } = {}) {
      const blob = inbox.getBlobClient(file.path)
      const what = `read ${inboxName}/${file.path}`
      const length = Math.min(range.length, file.sizeBytes - range.offset)
      if (length > 0) {
        const pinned = { etag: file.etag, range: { ...range, length }, changed: () => changed(file) }
        return yield* download(blob, { what, deadlineMs, stallMs, signal, ...pinned })
      }
      // There is no range of no bytes, so the ETag is asked for by itself.
      const conditions = { ifMatch: file.etag }
      await exchange(what, (abortSignal) => blob.getProperties({ abortSignal, conditions }), { signal, on: lost(file) })
    },

    put: (path, body, { sizeBytes, signal, onProgress }) =>
      exchange(
        `write ${inboxName}/${path}`,
        async (abortSignal, alive) => {
          const { etag = "", lastModified = new Date(0) } = await upload(
            inbox.getBlockBlobClient(path),
            whole(body, path, sizeBytes),
            {
              abortSignal,
              send: (call) => inContainer(inbox, abortSignal, call),
              onProgress: (sentBytes) => {
                alive()
                onProgress?.(sentBytes)
              },
            },
          )
          return { path, sizeBytes, etag: quoted(etag), modifiedAt: lastModified }
        },
        { signal, deadlineMs: stallMs },
      ),

    async copyToArchive(file, tag, name, signal) {
      const what = `copy ${inboxName}/${file.path} to ${archiveName}/${tag}/${name}`
      const source = inbox.getBlobClient(file.path)
      const target = archive.getBlobClient(`${tag}/${name}`)
      await exchange(
        what,
        (abortSignal) =>
          inContainer(archive, abortSignal, () => copyBlob(source, target, { etag: file.etag, what, abortSignal })),
        { signal, deadlineMs: copyMs, on: lost(file) },
      )
    },

    async readArchived(tag, name, signal) {
      const blob = archive.getBlobClient(`${tag}/${name}`)
      const what = `read ${archiveName}/${tag}/${name}`
      const found = await exchange(what, (abortSignal) => blob.getProperties({ abortSignal }), {
        signal,
        on: { 404: () => undefined },
      })
      if (!found) return undefined
      const { etag = "", contentLength: length = 0 } = found
      const changed = () => new Problem("INBOX_CHANGED", `${archiveName}/${tag}/${name} changed while it was read`)
      return download(blob, { what, etag, range: { offset: 0, length }, deadlineMs, stallMs, signal, changed })
    },

    async remove(file) {
      const blob = inbox.getBlobClient(file.path)
      const remove = async (abortSignal: AbortSignal) => {
        try {
          await blob.delete({ abortSignal, conditions: { ifMatch: file.etag } })
        } catch (error) {
          // No blob matches any ETag, so one that is gone may be called another.
          if (statusOf(error) !== 412 || (await blob.exists({ abortSignal }))) throw error
        }
      }
      await exchange(`delete ${inboxName}/${file.path}`, remove, { on: { ...lost(file), 404: () => undefined } })
    },
  }
}

async function listFiles(container: ContainerClient, prefix: string, abortSignal: AbortSignal): Promise<InboxFile[]> {
  const blobs = await Array.fromAsync(container.listBlobsFlat({ prefix, abortSignal }))
  return blobs.map(({ name, properties }) => ({
    path: name,
    sizeBytes: properties.contentLength ?? 0,
    etag: quoted(properties.etag),
    modifiedAt: properties.lastModified,
  }))
}

/** The body, and a failure at its end, before anything is committed, unless it was exactly as long as it was said to be. */
async function* whole(body: AsyncIterable<Uint8Array>, path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let sentBytes = 0
  try {
    for await (const chunk of body) {
      sentBytes += chunk.length
      yield chunk
    }
  } catch (error) {
    // Not to be taken for a failure of the storage.
    throw asProblem(error)
  }
  if (sentBytes !== sizeBytes)
    throw new Problem("INBOX_CHANGED", `${path} gave ${sentBytes} bytes instead of ${sizeBytes} while it was uploaded`)
}

function changed(file: InboxFile): Problem {
  return new Problem("INBOX_CHANGED", `${file.path} is no longer the file that was listed`)
}

/** The answers that say so. */
function lost(file: InboxFile): Record<number, () => never> {
  const fail = () => {
    throw changed(file)
  }
  return { 404: fail, 412: fail }
}
