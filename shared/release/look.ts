import { Problem } from "../problem.ts"
import type { Artifact, Knowledge } from "./model.ts"
import { BODY_LIMIT } from "./notes.ts"
import { openGateFor, openPassage } from "./passage.ts"
import type { World } from "./world.ts"

/** Codes that say of a file that it is not what its kind promises. They hold for as long as the file is the same. */
const REFUSALS: ReadonlySet<string> = new Set(["DMG_INVALID", "PKG_INVALID", "NOTES_INVALID"])

/** The outcome of a look at a file as knowledge; what is no refusal of the file itself is thrown on. */
export async function learn(look: Promise<Knowledge>): Promise<Knowledge> {
  try {
    return await look
  } catch (error) {
    if (error instanceof Problem && REFUSALS.has(error.code)) return { refused: error.summary() }
    throw error
  }
}

/** Looks at the ends of an installer, and at all of the notes, whose text becomes the release's body. */
export async function inspect(artifact: Artifact, world: World, signal: AbortSignal): Promise<Knowledge> {
  if (artifact.kind === "notes") return readNotes(artifact, world, signal)
  await openGateFor(artifact, world, signal)
  return { inspected: true }
}

/** Reads a whole file through the gate for its digest. */
export async function hash(artifact: Artifact, world: World, signal: AbortSignal): Promise<Knowledge> {
  if (artifact.kind === "notes") return readNotes(artifact, world, signal)
  const passage = await openPassage(artifact, world, signal)
  for await (const _ of passage.bytes()) signal.throwIfAborted()
  return { inspected: true, digest: passage.digest() }
}

async function readNotes(artifact: Artifact, world: World, signal: AbortSignal): Promise<Knowledge> {
  const passage = await openPassage(artifact, world, signal)
  const decoder = new TextDecoder()
  let notes = ""
  for await (const chunk of passage.bytes()) {
    // One character more than fits tells that the notes are too long.
    if (notes.length <= BODY_LIMIT) notes += decoder.decode(chunk, { stream: true })
  }
  return { inspected: true, digest: passage.digest(), notes: notes.slice(0, BODY_LIMIT + 1) }
}
