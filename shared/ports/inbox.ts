/** One file below the inbox, as it was listed. */
export interface InboxFile {
  /** Path below the container: `v1.6.1.44/Nexy.dmg` or `Nexy.dmg`. */
  path: string
  sizeBytes: number
  /** Changes with every write; reading and deleting are pinned to it. */
  etag: string
  modifiedAt: Date
}

/** A part of a file: `offset` and `length` in bytes. */
export interface Range {
  offset: number
  length: number
}

/** Where uploads land, and the archive they move to. Every method throws STORAGE_UNREACHABLE or STORAGE_REFUSED on an outage. */
export interface Inbox {
  /** Lists the files, all of them or those below a folder (`v1.6.1.44/`). Makes the inbox when it is missing. */
  list(folder?: string): Promise<InboxFile[]>
  /**
   * The file's bytes in chunks of at most 1 MiB. Throws INBOX_CHANGED when the file is no longer the one that was listed,
   * whether before the first byte or in the middle.
   */
  read(file: InboxFile, options?: { range?: Range; signal?: AbortSignal }): AsyncIterable<Uint8Array>
  /** Writes a file into the inbox, for `slipway ship` and tests. `onProgress` is told the bytes sent so far. */
  put(
    path: string,
    body: AsyncIterable<Uint8Array>,
    options: { sizeBytes: number; signal?: AbortSignal; onProgress?: (sentBytes: number) => void },
  ): Promise<InboxFile>
  /** Copies a file to `archive/<tag>/<name>`, pinned to its ETag (INBOX_CHANGED). An older copy there is replaced. */
  copyToArchive(file: InboxFile, tag: string, name: string, signal?: AbortSignal): Promise<void>
  /** The archived copy's bytes in chunks, or undefined when there is none. */
  readArchived(tag: string, name: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>
  /** Deletes exactly the file that was listed (INBOX_CHANGED when it is another by now). Deleting what is gone is no fault. */
  remove(file: InboxFile): Promise<void>
}
