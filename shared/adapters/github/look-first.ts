import { isProblem } from "./errors.ts"

/** Whether a write may have been done although its answer never came. */
export function answerLost(error: unknown): boolean {
  return isProblem(error, "GITHUB_UNREACHABLE", "GITHUB_FAILED", "UPLOAD_STALLED")
}

/**
 * Writes; when that leaves doubt, looks whether it was done, and only if not writes once more. `look` answers what it found,
 * or undefined when nothing was done.
 */
export async function lookFirst<T>(
  write: () => Promise<T>,
  look: () => Promise<T | undefined>,
  inDoubt: (error: unknown) => boolean = answerLost,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      if (!inDoubt(error)) throw error
      const found = await look()
      if (found !== undefined) return found
      if (attempt === 2) throw error
    }
  }
}
