import type { Range } from "../../ports/inbox.ts"
import { fields } from "./bytes.ts"
import { type GateFile, invalid } from "./file.ts"
import { childOf, childrenOf, parseXml, type XmlElement } from "./xml.ts"

/** A run of sectors: how it is stored, how many bytes it stands for, and where in the file. */
export interface Block extends Range {
  type: number
  plainBytes: number
}

/** A `mish` block table: one partition of the disk image. */
export interface BlockTable {
  /** CRC32 of the partition's bytes without its free runs, when `checksumType` is 2. */
  checksum: number
  checksumType: number
  blocks: Block[]
}

/** The last entry of a table, and a comment: neither stands for any bytes. */
const withoutBytes = [0xffffffff, 0x7ffffffe]
const sectorBytes = 512
/** Bytes before the entries of a table, and of one entry. */
const headBytes = 204
const entryBytes = 40

/**
 * The block tables of a disk image, from its property list: `resource-fork.blkx[].Data`, in order. Throws DMG_INVALID,
 * also when one of them points outside the data fork.
 */
export function readBlockTables(file: GateFile, propertyList: Uint8Array, dataFork: Range): BlockTable[] {
  const root = childOf(childOf(parsed(file, propertyList), "plist"), "dict")
  return childrenOf(valueFor(valueFor(root, "resource-fork"), "blkx"), "dict").map((entry, index) => {
    const table = Buffer.from(valueFor(entry, "Data")?.text ?? "", "base64")
    const count = table.byteLength < headBytes ? 0 : table.readUInt32BE(headBytes - 4)
    if (table.toString("latin1", 0, 4) === "mish" && headBytes + count * entryBytes <= table.byteLength) {
      return readTable(file, table, count, dataFork)
    }
    throw invalid(
      file,
      `has a damaged property list: block table ${index}, ${table.byteLength} bytes, is no whole "mish"`,
    )
  })
}

function readTable(file: GateFile, table: Uint8Array, count: number, dataFork: Range): BlockTable {
  const { u32, u64 } = fields(table)
  const blocks = Array.from({ length: count }, (_, index): Block => {
    const at = headBytes + index * entryBytes
    return {
      type: u32(at),
      plainBytes: u64(at + 16) * sectorBytes,
      offset: dataFork.offset + u64(24) + u64(at + 24),
      length: u64(at + 32),
    }
  }).filter(({ type }) => !withoutBytes.includes(type))
  const end = dataFork.offset + dataFork.length
  const outside = blocks.find(({ offset, length }) => length > 0 && offset + length > end)
  if (outside === undefined) return { checksum: u32(72), checksumType: u32(64), blocks }
  throw invalid(
    file,
    `is cut or damaged: a block of ${outside.length} bytes at ${outside.offset} does not end within the data fork, at ${end}`,
  )
}

function parsed(file: GateFile, propertyList: Uint8Array): XmlElement {
  try {
    return parseXml(propertyList)
  } catch (cause) {
    throw invalid(file, `has a damaged property list: its ${propertyList.byteLength} bytes are no XML`, { cause })
  }
}

/** In a `dict`, the value is the element after its key. */
function valueFor(dict: XmlElement | undefined, key: string): XmlElement | undefined {
  const at = dict?.children.findIndex((child) => child.name === "key" && child.text === key) ?? -1
  return at < 0 ? undefined : dict?.children[at + 1]
}
