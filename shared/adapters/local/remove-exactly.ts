import { link, rename, rm } from "node:fs/promises"
import { codeOf, unlessMissing } from "./disk.ts"
import { temporaryBeside } from "./paths.ts"

/**
 * Deletes a file if it is the one that is meant, and answers whether it was; what is gone already counts as meant. Moves
 * it aside before it looks for good: between a look and the deletion another file could have taken its place.
 */
export async function removeExactly(file: string, isMeant: (path: string) => Promise<boolean>): Promise<boolean> {
  if (!(await isMeant(file))) return false
  const aside = temporaryBeside(file)
  await rename(file, aside).catch(unlessMissing)
  const meant = await isMeant(aside)
  if (!meant) await link(aside, file).catch(unlessTaken)
  await rm(aside, { force: true })
  return meant
}

/** Something newer still is there by now. */
function unlessTaken(error: unknown): void {
  if (codeOf(error) !== "EEXIST") throw error
}
