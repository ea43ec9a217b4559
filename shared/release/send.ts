import type { Digest, Release } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import { hash } from "./look.ts"
import type { Artifact, ArtifactKind } from "./model.ts"
import { openPassage } from "./passage.ts"
import type { World } from "./world.ts"

const CONTENT_TYPES: Record<ArtifactKind, string> = {
  dmg: "application/x-apple-diskimage",
  pkg: "application/octet-stream",
  notes: "text/markdown; charset=utf-8",
}

/**
 * Sends one artifact in the same single pass that hashes and gates it, and answers its digest. When GitHub states another
 * digest than the bytes that were sent had, the asset goes and is sent once more. Throws UPLOAD_CORRUPTED after that.
 */
export async function send(artifact: Artifact, release: Release, world: World, signal: AbortSignal): Promise<Digest> {
  let found = ""
  for (let attempt = 1; attempt <= 2; attempt++) {
    const passage = await openPassage(artifact, world, signal)
    const asset = await world.releases.upload(
      release,
      { name: artifact.name, sizeBytes: artifact.file.sizeBytes, contentType: CONTENT_TYPES[artifact.kind] },
      passage.bytes,
      signal,
    )
    // An asset that was there already did not take our bytes; then they are read for their digest alone.
    const digest = passage.whole() ? passage.digest() : (await hash(artifact, world, signal)).digest
    if (digest && asset.digest === digest && asset.sizeBytes === artifact.file.sizeBytes) return digest
    found = `${artifact.name} arrived as ${asset.digest} (${asset.sizeBytes} bytes), sent ${digest}`
    if (!release.draft) break // Published content is never deleted, not even ours.
    await world.releases.deleteAsset(release, asset)
  }
  throw new Problem("UPLOAD_CORRUPTED", found)
}
