import type { InboxFile } from "../ports/inbox.ts"
import type { Digest } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import { createDigest } from "./digest.ts"
import type { World } from "./world.ts"

/** The digest of a file that no gate knows, such as the marker, or of an archived copy. */
async function digestOfBytes(bytes: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hashing = createDigest()
  for await (const chunk of bytes) hashing.update(chunk)
  return hashing.digest()
}

/** Moves a file to the archive: copied, compared byte by byte through its digest, and only then deleted. Throws ARCHIVE_DIFFERS. */
export async function archive(
  file: InboxFile,
  name: string,
  known: Digest | undefined,
  tag: string,
  world: World,
  signal: AbortSignal,
): Promise<void> {
  const { inbox } = world
  const digest = known ?? (await digestOfBytes(inbox.read(file, { signal })))
  const archived = async () => {
    const bytes = await inbox.readArchived(tag, name, signal)
    return bytes && digestOfBytes(bytes)
  }
  if ((await archived()) !== digest) {
    await inbox.copyToArchive(file, tag, name, signal)
    const copy = await archived()
    if (copy !== digest)
      throw new Problem("ARCHIVE_DIFFERS", `${name} was archived as ${copy}, the inbox has ${digest}`)
  }
  signal.throwIfAborted()
  await inbox.remove(file)
}
