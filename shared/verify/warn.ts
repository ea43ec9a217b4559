import { asProblem } from "../problem.ts"
import type { Log } from "../release/world.ts"

/** Logs a failure that does not stop the run. */
export function warn(error: unknown, log: Log): void {
  const { code, message, remedy } = asProblem(error)
  log("warn", `${code}: ${message}`, { remedy })
}
