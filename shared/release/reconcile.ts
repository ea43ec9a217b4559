import { asProblem, Problem, type ProblemCode } from "../problem.ts"
import { readVersion, tagOf } from "../version/version.ts"
import { announce } from "./announce.ts"
import { apply } from "./apply.ts"
import { ROOT, sortInbox } from "./batch.ts"
import { recordFailure } from "./failure.ts"
import type { Phase, ReleaseRecord } from "./model.ts"
import { type Memory, type Observed, observe, withKnowledge } from "./observe.ts"
import { plan } from "./plan.ts"
import {
  knowledgeOf,
  note,
  noteArtifacts,
  noteKnowledge,
  openRecord,
  type RecordBook,
  settle,
  UNASSIGNED,
} from "./record.ts"
import type { Run } from "./scene.ts"
import { isLook, type Plan } from "./step.ts"
import type { Log, ReleaseRequest, World } from "./world.ts"

/** How often a run looks again before it gives up: a fresh release takes four rounds. */
const ROUNDS = 12

/** What a round may run into that the next one, looking anew, is there for. */
const LOOK_AGAIN: ReadonlySet<ProblemCode> = new Set(["WORKSPACE_MOVED", "INBOX_CHANGED", "RELEASE_CHANGED"])

/** How a run ended. A failure that a retry can mend is thrown instead. */
export interface Outcome {
  tag: string
  /**
   * `busy`: another run holds the tag. `idle`: there is nothing to release, and never was. `failed`: the release is public
   * and offered, and only the update server does not have it yet.
   */
  status: Exclude<Phase, "publishing"> | "busy" | "idle"
  record?: ReleaseRecord
  /** When to wake the batch again though nothing happens, in seconds. */
  wakeInSeconds?: number
  /** This run itself has brought the release to its end: now is the time to prove it. */
  released?: boolean
}

/**
 * Makes what the inbox asks for true: observe, plan, apply, until the plan is empty. Safe to call at any time, any number of
 * times. A Problem that only a person can mend is recorded and answered as `blocked`; a retryable one is recorded and thrown, but
 * for those of the update server, which the sweep sees to: they are answered as `failed`.
 */
export async function reconcile(request: ReleaseRequest, world: World): Promise<Outcome> {
  const tag = request.tag ?? (await tagOfRoot(world))
  if (typeof tag === "object") return { tag: UNASSIGNED, status: "blocked", record: tag }
  const lease = await world.leases.acquire(`releases/${tag}`)
  if (!lease) return { tag, status: "busy" }
  try {
    const book = await openRecord(world.state, tag)
    return await recorded(book, runOf(tag, world, book, lease, book.save), request)
  } finally {
    await lease.release()
  }
}

/** What a run would do now, all of it, without a single write. Files are hashed, so that every decision is made. */
export async function dryRun(request: ReleaseRequest, world: World, signal: AbortSignal): Promise<Plan> {
  const tag = request.tag ?? tagOf(await namedVersion(world))
  const book = await openRecord(world.state, tag)
  const run = runOf(tag, world, book, { signal }, async () => {})
  const asked = { ...request, asked: true }
  const observed = await observe(tag, asked, run.memory, world)
  return (await decide({ ...observed, hashAll: true }, run)).plan
}

/** A run, whose log tells of every line which tag it is about and what the run was at. */
function runOf(tag: string, world: World, book: RecordBook, lease: Run["lease"], save: Run["save"]): Run {
  const stage: Run["stage"] = { step: "observe" }
  const log: Log = (level, message, own) => world.log(level, message, { tag, step: stage.step, ...own })
  return { tag, world: { ...world, log }, memory: memoryOf(book), lease, stage, save }
}

function memoryOf(book: RecordBook): Memory {
  return {
    record: book.record,
    get recorded() {
      return book.stored
    },
    knowledge: knowledgeOf(book.record),
  }
}

/** Runs the rounds and writes down how they ended, whatever happens. */
async function recorded(book: RecordBook, run: Run, request: ReleaseRequest): Promise<Outcome> {
  const { world, tag } = run
  try {
    return await rounds(book, run, request)
  } catch (error) {
    const problem = asProblem(error)
    if (problem.code === "LEASE_LOST") throw problem // The record is the next holder's by now.
    world.log(problem.retryable ? "warn" : "error", `${problem.code}: ${problem.message}`, { remedy: problem.remedy })
    noteKnowledge(book.record, run.memory.knowledge)
    await recordFailure(book, problem, world)
    return { tag, status: problem.retryable ? "failed" : "blocked", record: book.record }
  }
}

async function rounds(book: RecordBook, run: Run, request: ReleaseRequest): Promise<Outcome> {
  const { world, tag, memory } = run
  for (let round = 1; round <= ROUNDS; round++) {
    run.lease.signal.throwIfAborted()
    try {
      run.stage.step = "observe"
      const { observed, plan } = await decide(await observe(tag, request, memory, world), run)
      if (round === 1) announce(observed, plan, world)
      noteArtifacts(book.record, observed.batch.artifacts)
      noteKnowledge(book.record, memory.knowledge)
      if (plan.steps.length === 0) return await finish(plan, observed, book, run)
      settle(book.record, "publishing")
      await book.save()
      await apply(plan.steps, observed, run)
    } catch (error) {
      if (!(error instanceof Problem && LOOK_AGAIN.has(error.code))) throw error
      world.log("warn", `${error.code}: ${error.message}`, { round })
    }
  }
  throw new Problem("ROUNDS_EXHAUSTED", `${tag} is not settled after ${ROUNDS} rounds`)
}

/** The plan, after every look that it asks for first. Looking changes nothing but what is known, so nothing is observed again. */
async function decide(seen: Observed, run: Run): Promise<{ observed: Observed; plan: Plan }> {
  let observed = seen
  for (let looks = 0; looks < ROUNDS; looks++) {
    run.stage.step = "plan"
    const next = plan(observed)
    const steps = next.steps.filter(isLook)
    if (steps.length === 0) return { observed, plan: next }
    await apply(steps, observed, run)
    observed = withKnowledge(observed, run.memory)
  }
  throw new Problem("ROUNDS_EXHAUSTED", `${run.tag} is not understood after ${ROUNDS} looks`)
}

async function finish(plan: Plan, observed: Observed, book: RecordBook, run: Run): Promise<Outcome> {
  const { tag, world } = run
  const { record } = book
  const { problem, waitingFor, wakeInSeconds } = plan
  if (problem) throw new Problem(problem.code, problem.message, { remedy: problem.remedy })
  const nothing = !book.stored && observed.batch.artifacts.length === 0
  if (nothing) return { tag, status: "idle" }
  if (waitingFor) {
    settle(record, "waiting", { waitingFor })
    await book.save()
    world.log("info", `waiting for ${waitingFor.join(", ")}`)
    return { tag, status: "waiting", record, ...(wakeInSeconds !== undefined && { wakeInSeconds }) }
  }
  if (record.phase !== "complete") settle(record, "complete")
  await book.save()
  return { tag, status: "complete", record, ...(run.memory.released && { released: true }) }
}

/** The tag of the files in the inbox's root; while VERSION does not say it, the record that tells why. */
async function tagOfRoot(world: World): Promise<string | ReleaseRecord> {
  const book = await openRecord(world.state, UNASSIGNED)
  try {
    const tag = tagOf(await namedVersion(world))
    if (book.stored && book.record.phase !== "complete") {
      settle(book.record, "complete")
      book.record.artifacts = [] // They are their tag's from here on.
      note(book.record, world.now(), "assigned", { tag })
      await book.save()
    }
    return tag
  } catch (error) {
    const problem = asProblem(error)
    const { batches } = sortInbox(await world.inbox.list(), world.policy.artifacts)
    noteArtifacts(book.record, batches.get(ROOT)?.artifacts ?? [])
    await recordFailure(book, problem, world)
    world.log("error", `${problem.code}: ${problem.message}`, { step: "observe", remedy: problem.remedy })
    return book.record
  }
}

async function namedVersion({ workspace, policy }: World): Promise<string> {
  const { files } = await workspace.read([policy.versionPath])
  return readVersion(files.get(policy.versionPath), policy.versionPath)
}
