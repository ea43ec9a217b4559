import { isUtf8 } from "node:buffer"
import { shown } from "./bytes.ts"
import { type GateFile, type Inspection, invalid } from "./file.ts"

/** Release notes: UTF-8 text, with or without a byte-order mark, and not blank. */
export function inspectNotes(file: GateFile): Inspection {
  /** The beginning of a character whose other bytes come with the next chunk. */
  let begun = Buffer.alloc(0)
  let blank = true
  const notUtf8 = (bytes: Uint8Array, at: number) =>
    invalid(file, `is no UTF-8 text: byte ${at} begins no character: ${shown(bytes.subarray(0, 4))}`)
  return {
    see(chunk, at) {
      if (at === 0 && (chunk[0] === 0xff || chunk[0] === 0xfe)) {
        throw invalid(file, `is UTF-16 text, as its first byte, ${chunk[0].toString(16)}, says; expected UTF-8`)
      }
      const nul = chunk.indexOf(0)
      if (nul >= 0) throw invalid(file, `is no UTF-8 text: byte ${at + nul} is NUL, as in UTF-16 and in binary files`)
      const bytes = Buffer.concat([begun, chunk])
      const whole = bytes.subarray(0, bytes.byteLength - unfinishedBytes(bytes))
      if (!isUtf8(whole)) {
        const wrong = firstWrong(whole)
        throw notUtf8(bytes.subarray(wrong), at - begun.byteLength + wrong)
      }
      // The byte-order mark counts as white space here.
      if (blank && /\S/.test(whole.toString("utf8"))) blank = false
      begun = bytes.subarray(whole.byteLength)
    },
    end() {
      if (begun.byteLength > 0) throw notUtf8(begun, file.sizeBytes - begun.byteLength)
      if (blank) throw invalid(file, `is blank: its ${file.sizeBytes} bytes hold nothing but white space`)
    },
  }
}

/** How many bytes a character has that begins with this one; 1 for a byte that begins none. */
function lengthFrom(lead = 0): number {
  if (lead >= 0xf0) return 4
  if (lead >= 0xe0) return 3
  return lead >= 0xc0 ? 2 : 1
}

/** How many bytes at the end belong to a character that is not complete yet: 0 to 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let count = 1; count <= 3 && count <= bytes.byteLength; count++) {
    if (lengthFrom(bytes.at(-count)) > count) return count
  }
  return 0
}

/** Where bytes that begin with a character stop being UTF-8. */
function firstWrong(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.byteLength && isUtf8(bytes.subarray(at, at + lengthFrom(bytes[at])))) at += lengthFrom(bytes[at])
  return at
}
