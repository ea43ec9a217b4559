import type { Problem } from "./problem.ts"

/** Aborts after a time with a Problem that says what was not done by then. Keeps no process alive. */
export function deadline(ms: number, problem: Problem): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(problem), ms).unref()
  return controller.signal
}
