import type { ProblemSummary } from "../problem.ts"
import type { ReleaseRecord } from "../release/model.ts"
import { listed } from "./text.ts"
import type { View } from "./view.ts"

/** Something in the inbox that is not released, and why. */
export interface Waiting {
  /** A tag, or the path of a file. */
  what: string
  /** For people, without its full stop. */
  why: string
  problem?: ProblemSummary
}

/** What waits in the inbox, and for what. */
export function waiting({ releases, strays }: View): Waiting[] {
  const batches = releases.filter(({ phase }) => phase !== "complete").map(batch)
  return [...batches, ...strays.map(({ path, problem }) => ({ what: path, why: problem.message, problem }))]
}

function batch({ tag, phase, waitingFor, problem }: ReleaseRecord): Waiting {
  if (problem) return { what: tag, why: `${WORDS[phase]}: ${problem.message}`, problem }
  return { what: tag, why: waitingFor?.length ? `waits for ${listed(waitingFor)}` : WORDS[phase] }
}

const WORDS = {
  waiting: "waits",
  publishing: "is being published",
  blocked: "is blocked",
  failed: "failed, and is tried again",
  complete: "is complete",
} as const
