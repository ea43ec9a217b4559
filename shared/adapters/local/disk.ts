import { asProblem, Problem } from "../../problem.ts"

/**
 * One piece of work on the disk. `what` completes "The disk refuses to …". Every failure comes out as a Problem:
 * STORAGE_REFUSED for missing rights, else STORAGE_UNREACHABLE.
 */
export async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskProblem(what, error)
  }
}

/** Whether a file or folder is not there. */
function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR"
}

/** Answers undefined for what is not there. */
export function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

/** The system's name of a fault, like `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === "string" ? code : undefined
}

function diskProblem(what: string, error: unknown): Problem {
  const code = codeOf(error)
  if (error instanceof Problem || !code) return asProblem(error)
  if (["EACCES", "EPERM", "EROFS"].includes(code))
    return new Problem("STORAGE_REFUSED", `The disk refuses to ${what}: ${code}`, {
      cause: error,
      remedy: "Give your account the right to read and write the directory.",
    })
  return new Problem("STORAGE_UNREACHABLE", `The disk failed to ${what}: ${code}`, {
    cause: error,
    remedy: "Check that the directory's disk is there and has room; then run it again.",
  })
}
