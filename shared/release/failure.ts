import type { Problem, ProblemCode } from "../problem.ts"
import { note, type RecordBook, settle } from "./record.ts"
import type { World } from "./world.ts"

/**
 * Why the manifest may be missing on the update server. The release is public and offered by then, so nobody waits for it: the
 * sweep tries again, and no message wears itself out.
 */
const LEFT_TO_SWEEP: ReadonlySet<ProblemCode> = new Set([
  "VM_STOPPED",
  "VM_BUSY",
  "VM_LOCKED",
  "VM_SILENT",
  "VM_ANSWER_CUT",
  "VM_SCRIPT_FAILED",
  "SUBSCRIPTION_READ_ONLY",
  "AZURE_UNREACHABLE",
])

/** Writes a failure down, and throws it on where the queue shall deliver again. */
export async function recordFailure(book: RecordBook, problem: Problem, world: World): Promise<void> {
  const left = LEFT_TO_SWEEP.has(problem.code) && world.server
  const waitingFor = left ? { waitingFor: [left.name] } : {}
  settle(book.record, problem.retryable ? "failed" : "blocked", { problem, now: world.now(), ...waitingFor })
  note(book.record, world.now(), book.record.phase, { code: problem.code })
  await book.save()
  if (problem.retryable && !left) throw problem
}
