/** A small text document with the ETag it was read or written under. */
export interface StoredText {
  text: string
  etag: string
}

/** What must be true for a write to happen: the document is the one we read, or there is none yet. */
export type Condition = { ifMatch: string } | { ifAbsent: true }

/** Small documents under `/`-separated keys. Every method throws STORAGE_UNREACHABLE or STORAGE_REFUSED on an outage. */
export interface Store {
  /** The document, or undefined when there is none. */
  get(key: string): Promise<StoredText | undefined>
  /** Writes the whole document and answers its new ETag. Throws STATE_CONFLICT when the condition does not hold. */
  put(key: string, text: string, condition?: Condition): Promise<string>
  /** The keys that begin with a prefix, sorted. */
  list(prefix: string): Promise<string[]>
  /** The last `maxBytes` bytes of an append-only document and its whole size; size 0 when there is none. */
  tail(key: string, maxBytes: number): Promise<{ text: string; sizeBytes: number }>
  /** Appends where the document is exactly `atBytes` long. Throws STATE_CONFLICT when it has grown since. */
  append(key: string, text: string, atBytes: number): Promise<void>
}
