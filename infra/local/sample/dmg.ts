import { writeFile } from "node:fs/promises"
import { crc32, deflateSync } from "node:zlib"
import { noise } from "./noise.ts"

const sectorBytes = 512
const blockBytes = 1024 * 1024
const trailerBytes = 512
const crc32Type = 2
const raw = 1
const deflated = 0x80000005
const lastBlock = 0xffffffff

interface Block {
  type: number
  plainBytes: number
  offset: number
  length: number
}

/**
 * Writes a disk image (UDIF) of exactly `sizeBytes` bytes: one partition of a deflated block and raw ones, with the checksums
 * an image states. Its sectors hold no file system: every tool reads the image, none mounts it. Nothing is held in memory.
 */
export async function writeDmg(path: string, options: { sizeBytes: number; seed: string }): Promise<void> {
  await writeFile(path, imageOf(options))
}

function* imageOf({ sizeBytes, seed }: { sizeBytes: number; seed: string }): Generator<Uint8Array> {
  const { first, rawBytes, blocks } = layOut(sizeBytes, seed)
  yield first.stored
  let forkCrc = crc32(first.stored)
  let plainCrc = crc32(first.plain)
  for (const chunk of noise(seed, rawBytes)) {
    yield chunk
    forkCrc = crc32(chunk, forkCrc)
    plainCrc = crc32(chunk, plainCrc)
  }
  const list = propertyList(blockTable(blocks, plainCrc))
  // Bytes of the fork that no block uses make the size exact.
  const padding = Buffer.alloc(sizeBytes - first.stored.byteLength - rawBytes - list.byteLength - trailerBytes)
  forkCrc = crc32(padding, forkCrc)
  const forkBytes = first.stored.byteLength + rawBytes + padding.byteLength
  const plainBytes = first.plain.byteLength + rawBytes
  yield Buffer.concat([padding, list, trailer({ forkBytes, forkCrc, list, plainCrc, plainBytes })])
}

/** The size of the property list follows from the number of blocks, and that from what the list leaves for them. */
function layOut(sizeBytes: number, seed: string) {
  const plain = Buffer.alloc(64 * sectorBytes, `Slipway sample ${seed}\n`)
  const first = { plain, stored: deflateSync(plain) }
  for (let count = Math.ceil(sizeBytes / blockBytes); count >= 0; count--) {
    const listBytes = propertyList(Buffer.alloc(tableBytes(count + 1))).byteLength
    const room = sizeBytes - first.stored.byteLength - listBytes - trailerBytes
    const rawBytes = room - (room % sectorBytes)
    if (room < 0 || rawBytes <= (count - 1) * blockBytes) continue
    const blocks: Block[] = [
      { type: deflated, plainBytes: plain.byteLength, offset: 0, length: first.stored.byteLength },
    ]
    for (let at = 0; at < rawBytes; at += blockBytes) {
      const length = Math.min(blockBytes, rawBytes - at)
      blocks.push({ type: raw, plainBytes: length, offset: first.stored.byteLength + at, length })
    }
    return { first, rawBytes, blocks }
  }
  throw new RangeError(`a disk image of ${sizeBytes} bytes has no room for its own tables`)
}

/** 204 bytes before the entries, 40 for each block and for the one that ends the table. */
function tableBytes(blocks: number): number {
  return 204 + 40 * (blocks + 1)
}

/** The `mish` table of the partition. */
function blockTable(blocks: readonly Block[], checksum: number): Buffer {
  const table = Buffer.alloc(tableBytes(blocks.length))
  const plainBytes = blocks.reduce((sum, block) => sum + block.plainBytes, 0)
  table.write("mish")
  table.writeUInt32BE(1, 4)
  table.writeBigUInt64BE(BigInt(plainBytes / sectorBytes), 16)
  table.writeUInt32BE(blockBytes / sectorBytes + 8, 32) // sectors of buffer a reader needs
  writeChecksum(table, 64, checksum)
  table.writeUInt32BE(blocks.length + 1, 200)
  let [at, sector, end] = [204, 0, 0]
  for (const { type, plainBytes, offset, length } of blocks) {
    writeEntry(table, at, type, [sector, plainBytes / sectorBytes, offset, length])
    at += 40
    sector += plainBytes / sectorBytes
    end = offset + length
  }
  writeEntry(table, at, lastBlock, [sector, 0, end, 0])
  return table
}

function writeEntry(table: Buffer, at: number, type: number, numbers: readonly number[]): void {
  table.writeUInt32BE(type, at)
  for (const [index, number] of numbers.entries()) table.writeBigUInt64BE(BigInt(number), at + 8 + 8 * index)
}

/** A checksum of UDIF: its type, its bits, its value. */
function writeChecksum(target: Buffer, at: number, crc: number): void {
  target.writeUInt32BE(crc32Type, at)
  target.writeUInt32BE(32, at + 4)
  target.writeUInt32BE(crc, at + 8)
}

function propertyList(table: Buffer): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>resource-fork</key>
	<dict>
		<key>blkx</key>
		<array>
			<dict>
				<key>Attributes</key>
				<string>0x0050</string>
				<key>CFName</key>
				<string>whole disk (sample : 0)</string>
				<key>Data</key>
				<data>
				${table.toString("base64")}
				</data>
				<key>ID</key>
				<string>0</string>
				<key>Name</key>
				<string>whole disk (sample : 0)</string>
			</dict>
		</array>
	</dict>
</dict>
</plist>
`)
}

interface TrailerFacts {
  forkBytes: number
  forkCrc: number
  list: Buffer
  plainCrc: number
  plainBytes: number
}

/** The `koly` trailer. */
function trailer({ forkBytes, forkCrc, list, plainCrc, plainBytes }: TrailerFacts): Buffer {
  const koly = Buffer.alloc(trailerBytes)
  koly.write("koly")
  koly.writeUInt32BE(4, 4)
  koly.writeUInt32BE(trailerBytes, 8)
  koly.writeUInt32BE(1, 12) // flattened
  koly.writeBigUInt64BE(BigInt(forkBytes), 32)
  koly.writeUInt32BE(1, 56) // segment 1
  koly.writeUInt32BE(1, 60) // of 1
  writeChecksum(koly, 80, forkCrc)
  koly.writeBigUInt64BE(BigInt(forkBytes), 216)
  koly.writeBigUInt64BE(BigInt(list.byteLength), 224)
  const tableChecksum = Buffer.alloc(4)
  tableChecksum.writeUInt32BE(plainCrc)
  writeChecksum(koly, 352, crc32(tableChecksum))
  koly.writeUInt32BE(2, 488) // an image of a whole device
  koly.writeBigUInt64BE(BigInt(plainBytes / sectorBytes), 492)
  return koly
}
