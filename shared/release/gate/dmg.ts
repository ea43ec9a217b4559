import { crc32 } from "node:zlib"
import type { Range } from "../../ports/inbox.ts"
import { type BlockTable, readBlockTables } from "./block-tables.ts"
import { inspectBlocks } from "./blocks.ts"
import { fields, hex32, partOf, shown } from "./bytes.ts"
import { type GateFile, type Inspection, invalid, type Peek } from "./file.ts"
import { follow } from "./pieces.ts"
import { xmlLimitBytes } from "./xml.ts"

/** The trailer of a disk image: which bytes are what, and the checksums it states (undefined where it states none). */
interface Trailer {
  dataFork: Range
  dataForkCrc?: number
  propertyList: Range
  masterCrc?: number
}

const trailerBytes = 512
const crc32Type = 2

/**
 * Disk images (UDIF): the `koly` trailer at the very end, its regions inside the file, the master checksum over those of the
 * block tables, and CRC32 of the data fork or, where that is not stated, of every partition in it.
 */
export async function inspectDmg(file: GateFile, peek: Peek): Promise<Inspection> {
  const trailer = await readTrailer(file, peek)
  const tables = await readTables(file, peek, trailer)
  if (tables !== undefined && trailer.masterCrc !== undefined) compareMaster(file, tables, trailer.masterCrc)
  if (trailer.dataForkCrc !== undefined) return inspectDataFork(file, trailer.dataFork, trailer.dataForkCrc)
  const { pieces, end } = inspectBlocks(file, tables ?? [])
  return { see: follow(pieces), end }
}

function inspectDataFork(file: GateFile, dataFork: Range, stated: number): Inspection {
  let crc = 0
  return {
    see(chunk, at) {
      crc = crc32(partOf(chunk, at, dataFork), crc)
    },
    end() {
      if (crc === stated) return
      throw invalid(
        file,
        `is damaged: CRC32 of its data fork, ${dataFork.length} bytes at ${dataFork.offset}, is ${hex32(crc)}, its trailer states ${hex32(stated)}`,
      )
    },
  }
}

/** Undefined for an image without a property list (very old ones have a resource fork) or with one too long to parse. */
async function readTables(file: GateFile, peek: Peek, trailer: Trailer): Promise<BlockTable[] | undefined> {
  const { propertyList, dataFork } = trailer
  if (propertyList.length === 0 || propertyList.length > xmlLimitBytes) return undefined
  return readBlockTables(file, await peek(propertyList), dataFork)
}

async function readTrailer(file: GateFile, peek: Peek): Promise<Trailer> {
  const limit = file.sizeBytes - trailerBytes
  if (limit < 0) {
    throw invalid(file, `is no disk image: it has ${file.sizeBytes} bytes, and the trailer alone has ${trailerBytes}`)
  }
  const bytes = await peek({ offset: limit, length: trailerBytes })
  if (bytes.byteLength !== trailerBytes || Buffer.from(bytes.subarray(0, 4)).toString("latin1") !== "koly") {
    throw withoutTrailer(file, bytes, await peek({ offset: 0, length: 16 }))
  }
  const { u32, u64 } = fields(bytes)
  if (u32(4) !== 4 || u32(8) !== trailerBytes) {
    throw invalid(
      file,
      `has a trailer of version ${u32(4)} and ${u32(8)} bytes at ${limit}; expected version 4 and ${trailerBytes} bytes`,
    )
  }
  const region = (name: string, at: number): Range => {
    const range = { offset: u64(at), length: u64(at + 8) }
    if (range.offset + range.length <= limit) return range
    throw invalid(
      file,
      `is cut or damaged: its ${name}, ${range.length} bytes at ${range.offset}, does not end before the trailer at ${limit}`,
    )
  }
  region("resource fork", 40)
  region("code signature", 296)
  return {
    dataFork: region("data fork", 24),
    ...(u32(80) === crc32Type && { dataForkCrc: u32(88) }),
    propertyList: region("property list", 216),
    ...(u32(352) === crc32Type && { masterCrc: u32(360) }),
  }
}

function withoutTrailer(file: GateFile, end: Uint8Array, start: Uint8Array) {
  if (Buffer.from(start).toString("latin1").startsWith("encrcdsa")) {
    return invalid(file, 'is an encrypted disk image: it begins with "encrcdsa", and only its password opens it', {
      remedy: "Build the disk image without encryption and upload that.",
    })
  }
  return invalid(
    file,
    `is no whole disk image: its last ${trailerBytes} bytes must begin with "koly" but begin with ${shown(end)}; the file begins with ${shown(start)}`,
  )
}

/** The master checksum is the CRC32 of the tables' own checksums, in order. */
function compareMaster(file: GateFile, tables: readonly BlockTable[], stated: number): void {
  const checksums = Buffer.alloc(4 * tables.length)
  for (const [index, { checksum }] of tables.entries()) checksums.writeUInt32BE(checksum, 4 * index)
  const master = crc32(checksums)
  if (master === stated) return
  throw invalid(
    file,
    `is damaged: CRC32 of its ${tables.length} block tables' checksums is ${hex32(master)}, its trailer states ${hex32(stated)}`,
  )
}
