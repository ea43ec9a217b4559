import { Problem } from "../problem.ts"

/**
 * Does work that may take long, but not stand still: its signal aborts with CHECK_TIMEOUT when `moved` was not called for so long,
 * and when the outer one does.
 */
export async function withPatience<T>(
  quietMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal, moved: () => void) => Promise<T>,
): Promise<T> {
  const quiet = new AbortController()
  const late = () => quiet.abort(new Problem("CHECK_TIMEOUT", `nothing came for ${quietMs / 1000} s`))
  const timer = setTimeout(late, quietMs)
  try {
    return await work(AbortSignal.any([outer, quiet.signal]), () => void timer.refresh())
  } finally {
    clearTimeout(timer)
  }
}
