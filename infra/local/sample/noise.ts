import { createCipheriv, createHash } from "node:crypto"

const chunkBytes = 1024 * 1024

/** Bytes that look random and are the same for the same seed, in chunks of 1 MiB: AES in counter mode over zeros. */
export function* noise(seed: string, sizeBytes: number): Generator<Uint8Array, void, undefined> {
  const key = createHash("sha256").update(seed).digest()
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16))
  const zeros = Buffer.alloc(Math.min(chunkBytes, sizeBytes))
  for (let left = sizeBytes; left > 0; left -= chunkBytes) {
    yield cipher.update(left < zeros.byteLength ? zeros.subarray(0, left) : zeros)
  }
}

/** A number below `limit` that the seed alone decides. */
export function pick(seed: string, limit: number): number {
  return createHash("sha256").update(seed).digest().readUInt32BE(0) % limit
}
