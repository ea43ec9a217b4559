import { crc32, inflateSync } from "node:zlib"
import type { Block, BlockTable } from "./block-tables.ts"
import { hex32 } from "./bytes.ts"
import { joinedCrc, zerosCrc } from "./crc32.ts"
import { type GateFile, invalid } from "./file.ts"
import { held, type Piece, putInOrder } from "./pieces.ts"

/** How a block is stored: nothing but zeros, as it is, not at all (free space), or deflated. */
const zeros = 0
const raw = 1
const free = 2
const deflated = 0x80000005

/** The largest block that is inflated at once (hdiutil makes 256 KiB to 1 MiB), and the most of one image. */
const blockLimitBytes = 16 * 2 ** 20
const imageLimitBytes = 16 * 2 ** 30

/**
 * The checksum of every partition, for images that state none of the data fork, as hdiutil makes them today. Blocks are
 * met in the order of the file and their CRCs joined in that of the table. Partitions with other compressions are let through.
 */
export function inspectBlocks(file: GateFile, tables: readonly BlockTable[]): { pieces: Piece[]; end(): void } {
  const checked = tables.filter(({ checksumType, blocks }) => checksumType === 2 && blocks.every(isReadable))
  const crcs = new Map<string, number>()
  const pieces = new Map<string, Piece>()
  let inflatedBytes = 0
  for (const block of checked.flatMap(({ blocks }) => blocks)) {
    if (block.length === 0 || pieces.has(place(block))) continue
    pieces.set(
      place(block),
      pieceOf(file, block, (crc) => crcs.set(place(block), crc)),
    )
    if (block.type === deflated) inflatedBytes += block.plainBytes
  }
  const ordered = [...pieces.values()]
  if (putInOrder(ordered) !== undefined || inflatedBytes > imageLimitBytes) return { pieces: [], end() {} }
  return {
    pieces: ordered,
    end() {
      for (const table of checked) compare(file, table, crcs)
    },
  }
}

function isReadable({ type, length, plainBytes }: Block): boolean {
  if (type === zeros || type === free) return length === 0
  if (type === raw) return length === plainBytes
  return type === deflated && Math.max(length, plainBytes) <= blockLimitBytes
}

/** Two tables may share a block; the same bytes read in another way are another block, and overlap. */
function place({ offset, length, plainBytes, type }: Block): string {
  return `${offset} ${length} ${plainBytes} ${type}`
}

function pieceOf(file: GateFile, block: Block, done: (crc: number) => void): Piece {
  if (block.type === deflated) return held(block, (bytes) => done(crc32(inflated(file, block, bytes))))
  let crc = 0
  return {
    offset: block.offset,
    length: block.length,
    see(bytes) {
      crc = crc32(bytes, crc)
    },
    end: () => done(crc),
  }
}

function inflated(file: GateFile, { offset, length, plainBytes }: Block, bytes: Uint8Array): Uint8Array {
  try {
    const plain = inflateSync(bytes, { maxOutputLength: plainBytes })
    if (plain.byteLength === plainBytes) return plain
    throw new Error(`inflates to ${plain.byteLength} bytes`)
  } catch (cause) {
    const found = `is damaged: the block of ${length} bytes at ${offset} does not inflate to ${plainBytes} bytes`
    throw invalid(file, found, { cause })
  }
}

function compare(file: GateFile, { blocks, checksum }: BlockTable, crcs: ReadonlyMap<string, number>): void {
  let crc = 0
  for (const block of blocks) {
    if (block.type === free) continue
    const own = crcs.get(place(block)) ?? zerosCrc(block.plainBytes)
    crc = joinedCrc(crc, own, block.plainBytes)
  }
  if (crc === checksum) return
  throw invalid(
    file,
    `is damaged: CRC32 of a partition of ${blocks.length} blocks is ${hex32(crc)}, its table states ${hex32(checksum)}`,
  )
}
