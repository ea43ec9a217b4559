import type { Store, StoredText } from "../../shared/ports/store.ts"
import { Problem } from "../../shared/problem.ts"
import { atOnce, type Turn } from "./turn.ts"

/** Documents by their key. */
export interface StoreShelf {
  documents: Map<string, StoredText>
  etags: number
}

export function storeShelf(): StoreShelf {
  return { documents: new Map(), etags: 0 }
}

/** A store in memory; every read and write is a turn. */
export function memoryStore(shelf: StoreShelf, turn: Turn = atOnce): Store {
  function write(key: string, text: string): string {
    const etag = `"${++shelf.etags}"`
    shelf.documents.set(key, { text, etag })
    return etag
  }

  return {
    async get(key) {
      await turn(`get ${key}`)
      const found = shelf.documents.get(key)
      return found && { ...found }
    },
    async put(key, text, condition) {
      await turn(`put ${key}`)
      const etag = shelf.documents.get(key)?.etag
      const holds = !condition || ("ifMatch" in condition ? etag === condition.ifMatch : etag === undefined)
      if (!holds) throw new Problem("STATE_CONFLICT", `${key} was written by somebody else`)
      return write(key, text)
    },
    async list(prefix) {
      await turn(`list ${prefix}`)
      return [...shelf.documents.keys()].filter((key) => key.startsWith(prefix)).sort()
    },
    async tail(key, maxBytes) {
      await turn(`tail ${key}`)
      const bytes = Buffer.from(shelf.documents.get(key)?.text ?? "")
      return { text: bytes.subarray(-maxBytes).toString(), sizeBytes: bytes.length }
    },
    async append(key, text, atBytes) {
      await turn(`append ${key}`)
      const before = shelf.documents.get(key)?.text ?? ""
      if (Buffer.byteLength(before) !== atBytes) throw new Problem("STATE_CONFLICT", `${key} has grown`)
      write(key, before + text)
    },
  }
}
