import { createHash } from "node:crypto"
import type { Digest } from "../ports/releases.ts"

/** Computes the SHA-256 of bytes that arrive in pieces. `digest` ends it: no update may follow. */
export function createDigest(): { update(chunk: Uint8Array): void; digest(): Digest } {
  const hash = createHash("sha256")
  return {
    update(chunk) {
      hash.update(chunk)
    },
    digest: () => `sha256:${hash.digest("hex")}`,
  }
}

/** The 64 hex digits alone, as the manifest and SHA256SUMS have them. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length)
}

/** The digest of a text's UTF-8 bytes. */
export function digestOf(text: string): Digest {
  const digest = createDigest()
  digest.update(Buffer.from(text))
  return digest.digest()
}
