import { Problem } from "../problem.ts"
import { ROOT, type Stray, sortInbox } from "./batch.ts"
import type { Phase, ReleaseRecord } from "./model.ts"
import { listRecords, UNASSIGNED } from "./record.ts"
import type { World } from "./world.ts"

/** Blocked too: what blocked it may be gone, such as a file that was taken away, and no event tells that. */
const UNFINISHED: ReadonlySet<Phase> = new Set(["publishing", "failed", "blocked"])

/** Everything that is not finished, but what is asked to wait: batches in the inbox (undefined is the root's), and runs that were cut off. */
export async function unfinished(world: World): Promise<(string | undefined)[]> {
  const [files, records] = await Promise.all([world.inbox.list(), listRecords(world.state)])
  const { batches } = sortInbox(files, world.policy.artifacts)
  const open = records.filter(({ tag, phase }) => tag !== UNASSIGNED && UNFINISHED.has(phase))
  const tags = new Set([...batches.keys(), ...open.map(({ tag }) => tag)])
  const now = world.now().toISOString()
  const early = new Set(records.filter(({ notBefore = "" }) => notBefore > now).map(({ tag }) => tag))
  return [...tags].filter((tag) => !early.has(tag)).map((tag) => (tag === ROOT ? undefined : tag))
}

/** All records, and the files in the inbox that no release will take. */
export async function overview(world: World): Promise<{ releases: ReleaseRecord[]; strays: Stray[] }> {
  const [files, releases] = await Promise.all([world.inbox.list(), listRecords(world.state)])
  const { batches, strays } = sortInbox(files, world.policy.artifacts)
  const lone = [...batches.values()].filter(({ artifacts }) => artifacts.length === 0).flatMap(({ markers }) => markers)
  const marks = lone.map(({ path }) => ({
    path,
    problem: new Problem("INBOX_STRAY", `${path} marks a batch that is not there`).summary(),
  }))
  const shown = releases.filter(({ tag, phase }) => tag !== UNASSIGNED || phase !== "complete")
  return { releases: shown, strays: [...strays, ...marks] }
}
