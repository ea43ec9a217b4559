import { createHash, type Hash } from "node:crypto"
import type { Range } from "../../ports/inbox.ts"
import { fields, shown } from "./bytes.ts"
import { type GateFile, type Inspection, invalid } from "./file.ts"
import { follow, held, type Piece, putInOrder } from "./pieces.ts"
import { type Member, readTable } from "./xar-table.ts"
import { xmlLimitBytes } from "./xml.ts"

const headerBytes = 28
/** Numbers of the header; `toc/checksum/@style` repeats them as words. */
const algorithms: Record<number, string> = { 1: "sha1", 3: "sha256", 4: "sha512" }

/**
 * Installer packages (xar): the header, the compressed table of contents and its digest, every range of the heap inside
 * the file, and the digest of each member that states one. What no digest covers (signatures, a stapled ticket) passes.
 */
export function inspectPkg(file: GateFile): Inspection {
  if (file.sizeBytes < headerBytes) {
    throw invalid(file, `is no package: it has ${file.sizeBytes} bytes, and the header alone has ${headerBytes}`)
  }
  const pieces: Piece[] = []
  pieces.push(
    held({ offset: 0, length: headerBytes }, (bytes) => {
      const header = readHeader(file, bytes)
      pieces.push(held(header.table, (table) => pieces.push(...heapPieces(file, header, table))))
    }),
  )
  return { see: follow(pieces), end() {} }
}

interface Header {
  algorithm: string
  table: Range
  inflatedBytes: number
}

function readHeader(file: GateFile, bytes: Uint8Array): Header {
  if (Buffer.from(bytes.subarray(0, 4)).toString("latin1") !== "xar!") {
    throw invalid(file, `is no package: it must begin with "xar!" but begins with ${shown(bytes)}`)
  }
  const { u16, u32, u64 } = fields(bytes)
  const algorithm = algorithms[u32(24)]
  if (u16(4) < headerBytes || u16(6) !== 1 || algorithm === undefined) {
    throw invalid(
      file,
      `has a header of ${u16(4)} bytes, version ${u16(6)}, checksum ${u32(24)}; expected ${headerBytes}, 1, and 1, 3 or 4`,
    )
  }
  const table = { offset: u16(4), length: u64(8) }
  if (table.length === 0 || table.offset + table.length > file.sizeBytes) {
    throw invalid(
      file,
      `is cut or damaged: its table of contents, ${table.length} bytes at ${table.offset}, does not fit in ${file.sizeBytes} bytes`,
    )
  }
  const inflatedBytes = u64(16)
  if (Math.max(table.length, inflatedBytes) > xmlLimitBytes) {
    throw invalid(
      file,
      `has a table of contents of ${table.length} bytes, ${inflatedBytes} inflated; the most is ${xmlLimitBytes}`,
    )
  }
  return { algorithm, table, inflatedBytes }
}

function heapPieces(file: GateFile, header: Header, compressed: Uint8Array): Piece[] {
  const heapAt = header.table.offset + header.table.length
  const { digest, members } = readTable(file, compressed, { ...header, heapAt })
  const computed = createHash(header.algorithm).update(compressed).digest()
  const digestPiece = held(digest, (stated) => {
    if (computed.equals(stated)) return
    throw invalid(
      file,
      `is damaged: ${header.algorithm} of its table of contents is ${computed.toString("hex")}, but at ${digest.offset} stands ${shown(stated)}`,
    )
  })
  const pieces = [digestPiece, ...distinct(members).map((member) => hashed(file, member))]
  // Nothing makes ranges that overlap, and to hash them could take for ever.
  const overlap = putInOrder(pieces)
  if (overlap === undefined) return pieces
  throw invalid(file, `has a damaged table of contents: two ranges of the heap share the bytes at ${overlap.offset}`)
}

/** Hard links share their bytes: the same range with the same checksum counts once. */
function distinct(members: Member[]): Member[] {
  return [...new Map(members.map((each) => [`${each.offset} ${each.length} ${each.checksum.hex}`, each])).values()]
}

function hashed(file: GateFile, { name, checksum, offset, length }: Member): Piece {
  // Made when its turn comes: a table may name thousands of members.
  let hash: Hash | undefined
  return {
    offset,
    length,
    see(part) {
      hash ??= createHash(checksum.algorithm)
      hash.update(part)
    },
    end() {
      const computed = hash?.digest("hex")
      if (computed === checksum.hex) return
      throw invalid(
        file,
        `is damaged: ${checksum.algorithm} of ${name} (${length} bytes at ${offset}) is ${computed}, its table states ${checksum.hex}`,
      )
    },
  }
}
