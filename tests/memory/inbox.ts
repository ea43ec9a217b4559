import type { Inbox, InboxFile } from "../../shared/ports/inbox.ts"
import { Problem } from "../../shared/problem.ts"
import { atOnce, type Turn } from "./turn.ts"

const CHUNK_BYTES = 1024 * 1024

/** An inbox and its archive as the storage holds them. */
export interface InboxShelf {
  files: Map<string, { file: InboxFile; bytes: Buffer }>
  /** By `tag/name`. */
  archive: Map<string, Buffer>
  etags: number
  now: () => Date
}

export function inboxShelf(now: () => Date): InboxShelf {
  return { files: new Map(), archive: new Map(), etags: 0, now }
}

/** An inbox in memory; every chunk, list and write is a turn. */
export function memoryInbox(shelf: InboxShelf, turn: Turn = atOnce): Inbox {
  /** Throws INBOX_CHANGED when another file, or none, is there by now. */
  function bytesOf({ path, etag }: InboxFile): Buffer {
    const there = shelf.files.get(path)
    if (there?.file.etag === etag) return there.bytes
    throw new Problem("INBOX_CHANGED", `${path} is no longer the file that was listed`)
  }

  return {
    async list(folder = "") {
      await turn("list inbox")
      return [...shelf.files.values()].flatMap(({ file }) => (file.path.startsWith(folder) ? [{ ...file }] : []))
    },
    async *read(file, { range, signal } = {}) {
      const { offset, length } = range ?? { offset: 0, length: file.sizeBytes }
      const end = Math.min(file.sizeBytes, offset + length)
      let at = offset
      do {
        await turn(`read ${file.path}`)
        signal?.throwIfAborted()
        const bytes = bytesOf(file)
        if (at < end) yield bytes.subarray(at, Math.min(end, at + CHUNK_BYTES))
        at += CHUNK_BYTES
      } while (at < end)
    },
    async put(path, body, { sizeBytes, signal, onProgress }) {
      const chunks: Uint8Array[] = []
      let sentBytes = 0
      for await (const chunk of body) {
        signal?.throwIfAborted()
        chunks.push(Buffer.from(chunk))
        sentBytes += chunk.length
        onProgress?.(sentBytes)
      }
      if (sentBytes !== sizeBytes) throw new Problem("INBOX_CHANGED", `${path} has ${sentBytes} bytes`)
      const file = { path, sizeBytes, etag: `"${++shelf.etags}"`, modifiedAt: shelf.now() }
      shelf.files.set(path, { file, bytes: Buffer.concat(chunks) })
      return { ...file }
    },
    async copyToArchive(file, tag, name, signal) {
      await turn(`archive ${file.path}`)
      signal?.throwIfAborted()
      shelf.archive.set(`${tag}/${name}`, Buffer.from(bytesOf(file)))
    },
    async readArchived(tag, name, signal) {
      await turn(`read archived ${name}`)
      signal?.throwIfAborted()
      const bytes = shelf.archive.get(`${tag}/${name}`)
      return bytes && ReadableStream.from([bytes])
    },
    async remove(file) {
      await turn(`remove ${file.path}`)
      if (!shelf.files.has(file.path)) return
      bytesOf(file)
      shelf.files.delete(file.path)
    },
  }
}
