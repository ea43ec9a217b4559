import type { Range } from "../../ports/inbox.ts"

/** The part of a chunk, which begins at `at` in its file, that lies in the range; empty where none does. A view, no copy. */
export function partOf(chunk: Uint8Array, at: number, range: Range): Uint8Array {
  const from = Math.max(0, range.offset - at)
  return chunk.subarray(from, Math.max(from, range.offset + range.length - at))
}

/** Big-endian numbers of a structure, by their offset in it. */
export function fields(bytes: Uint8Array): {
  u16(at: number): number
  u32(at: number): number
  u64(at: number): number
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    u16: (at) => view.getUint16(at),
    u32: (at) => view.getUint32(at),
    // Above 2^53 the number is rounded, which no comparison with the size of a file notices.
    u64: (at) => Number(view.getBigUint64(at)),
  }
}

/** Bytes for people: `6b6f6c79 ("koly")`, at most the first 16 of them. */
export function shown(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) return "nothing"
  const first = Buffer.from(bytes.subarray(0, 16))
  return `${first.toString("hex")} ("${first.toString("latin1").replace(/[^\x20-\x7e]/g, ".")}")`
}

/** A 32-bit number as eight hex digits. */
export function hex32(value: number): string {
  return value.toString(16).padStart(8, "0")
}
