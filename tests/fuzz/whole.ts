import { createHash } from "node:crypto"
import { crc32, inflateSync } from "node:zlib"

/** Of a checksum that takes 136 bytes: its kind, how many bits, and its value. Kind 2 is CRC-32. */
const CRC32 = 2

/** Whether each CRC-32 that a disk image states is that of its bytes, computed anew in the plainest way, the whole image in memory. */
export function isWholeDmg(bytes: Buffer): boolean {
  const koly = bytes.subarray(-512)
  const [forkAt, forkBytes] = [Number(koly.readBigUInt64BE(24)), Number(koly.readBigUInt64BE(32))]
  if (koly.readUInt32BE(80) === CRC32 && crc32(bytes.subarray(forkAt, forkAt + forkBytes)) !== koly.readUInt32BE(88))
    return false
  const [xmlAt, xmlBytes] = [Number(koly.readBigUInt64BE(216)), Number(koly.readBigUInt64BE(224))]
  const list = bytes.subarray(xmlAt, xmlAt + xmlBytes).toString()
  const [blkx = ""] = /<key>blkx<\/key>.*?<\/array>/s.exec(list) ?? []
  const tables = blkx.matchAll(/<key>Data<\/key>\s*<data>([^<]*)<\/data>/g)
  return [...tables].every(([, base64 = ""]) => isWholeTable(Buffer.from(base64, "base64"), bytes, forkAt))
}

function isWholeTable(mish: Buffer, image: Buffer, forkAt: number): boolean {
  if (mish.readUInt32BE(64) !== CRC32) return true
  const count = mish.readUInt32BE(200)
  const blocks = Array.from({ length: count }, (_, index) => mish.subarray(204 + 40 * index, 244 + 40 * index))
  const crc = blocks.reduce((sum, block) => crc32(blockBytes(block, mish, image, forkAt), sum), 0)
  return crc === mish.readUInt32BE(72)
}

/** What a block stands for: zlib, raw, or zeroes; nothing for a comment or the end. */
function blockBytes(block: Buffer, mish: Buffer, image: Buffer, forkAt: number): Buffer {
  const [kind, sectors] = [block.readUInt32BE(0), Number(block.readBigUInt64BE(16))]
  const at = forkAt + Number(mish.readBigUInt64BE(24)) + Number(block.readBigUInt64BE(24))
  const stored = image.subarray(at, at + Number(block.readBigUInt64BE(32)))
  if (kind === 0x80000005) return inflateSync(stored)
  if (kind === 1) return stored
  return Buffer.alloc(kind === 0 || kind === 2 ? sectors * 512 : 0)
}

/** Whether a package's table of contents has the checksum that stands at the beginning of its heap, SHA-1 or SHA-256. */
export function isWholePkg(bytes: Buffer): boolean {
  const [headerBytes, tocBytes] = [bytes.readUInt16BE(4), Number(bytes.readBigUInt64BE(8))]
  const algorithm = bytes.readUInt32BE(24) === 1 ? "sha1" : "sha256"
  const toc = bytes.subarray(headerBytes, headerBytes + tocBytes)
  const digest = createHash(algorithm).update(toc).digest()
  const heapAt = headerBytes + tocBytes
  return digest.equals(bytes.subarray(heapAt, heapAt + digest.byteLength))
}
