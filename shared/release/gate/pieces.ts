import type { Range } from "../../ports/inbox.ts"
import { partOf } from "./bytes.ts"

/** A stretch of the file that something is to be learned from: its bytes as they pass, then its end. */
export interface Piece extends Range {
  see(bytes: Uint8Array): void
  end(): void
}

/** A piece short enough to be held in memory, read when it is complete. */
export function held(range: Range, read: (bytes: Uint8Array) => void): Piece {
  let bytes: Uint8Array | undefined
  let filled = 0
  return {
    offset: range.offset,
    length: range.length,
    see(part) {
      bytes ??= new Uint8Array(range.length)
      bytes.set(part, filled)
      filled += part.byteLength
    },
    end() {
      const complete = bytes ?? new Uint8Array()
      bytes = undefined
      read(complete)
    },
  }
}

/** Shows every piece its bytes. The pieces lie in order and apart; one that ends may append others behind itself. */
export function follow(pieces: readonly Piece[]): (chunk: Uint8Array, at: number) => void {
  let current = 0
  return (chunk, at) => {
    const end = at + chunk.byteLength
    for (let piece = pieces[current]; piece !== undefined && piece.offset < end; piece = pieces[current]) {
      piece.see(partOf(chunk, at, piece))
      if (piece.offset + piece.length > end) return
      piece.end()
      current += 1
    }
  }
}

/** Puts pieces in the order of the file, and answers the first that overlaps the one before it, if any does. */
export function putInOrder(pieces: Piece[]): Piece | undefined {
  pieces.sort((a, b) => a.offset - b.offset)
  let end = 0
  for (const piece of pieces) {
    if (piece.offset < end) return piece
    end = piece.offset + piece.length
  }
  return undefined
}
