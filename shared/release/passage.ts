import type { Digest } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import { createDigest, digestOf } from "./digest.ts"
import { openGate } from "./gate/gate.ts"
import type { Artifact } from "./model.ts"
import { pass } from "./pass.ts"
import type { World } from "./world.ts"

/** One file on its way: every stream from `bytes` starts anew; the digest is of the last one, and only if it ended well. */
export interface Passage {
  bytes: () => AsyncIterable<Uint8Array>
  whole(): boolean
  digest(): Digest
}

/** Opens the gate, which may throw at once, and stands ready to read. Notes whose text is in memory are not read again. */
export async function openPassage(artifact: Artifact, world: World, signal: AbortSignal): Promise<Passage> {
  let digest: Digest | undefined
  let gate = await openGateFor(artifact, world, signal)
  let fresh = true
  async function* bytes(): AsyncIterable<Uint8Array> {
    if (!fresh) gate = await openGateFor(artifact, world, signal)
    fresh = false
    digest = undefined
    const hashing = createDigest()
    let doneBytes = 0
    const meter = {
      write(chunk: Uint8Array) {
        doneBytes += chunk.byteLength
        world.progress?.(artifact.name, doneBytes, artifact.file.sizeBytes)
      },
    }
    yield* pass(source(artifact, world, signal), [{ write: hashing.update }, gate, meter])
    // Whoever sends holds the last chunk back until the stream has ended well: a file that is refused never arrives whole.
    gate.end()
    digest = hashing.digest()
  }
  return {
    bytes,
    whole: () => digest !== undefined,
    digest() {
      if (digest) return digest
      throw new Problem("INBOX_CHANGED", `${artifact.file.path} was not read to its end`)
    },
  }
}

/** Opens the gate for an artifact: DMG_INVALID, PKG_INVALID, NOTES_INVALID for what its ends tell. */
export async function openGateFor(artifact: Artifact, world: World, signal: AbortSignal) {
  const { name, kind, file } = artifact
  return openGate({ name, kind, sizeBytes: file.sizeBytes }, async (range) => {
    return Buffer.concat(await Array.fromAsync(world.inbox.read(file, { range, signal })))
  })
}

function source(artifact: Artifact, world: World, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const { notes, digest, file } = artifact
  if (notes === undefined || digestOf(notes) !== digest) return world.inbox.read(file, { signal })
  return ReadableStream.from([Buffer.from(notes)])
}
