import { ROOT, type SortedInbox, type Stray, sortInbox } from "../release/batch.ts"
import type { ReleaseRecord, TimelineEntry } from "../release/model.ts"
import { listRecords, UNASSIGNED } from "../release/record.ts"
import { type Check, type Finding, fail, pass, skip, warn } from "./check.ts"

/** How long a batch may wait for its rest before somebody should look, in hours. */
const WAIT_HOURS = 2

/** How long a run may seem to be under way, or a retry to be coming, in hours. */
const WORK_HOURS = 1

/** What lies in the inbox, and what is known of it. */
export interface SeenInbox {
  fileCount: number
  strays: readonly Stray[]
  records: readonly ReleaseRecord[]
  /** When the newest file of a record's batch was uploaded, by the record's tag; of batches that are there. */
  newest: ReadonlyMap<string, Date>
  /** About how many messages failed for good. */
  poisoned: number
}

export const inbox: Check = {
  id: "inbox",
  title: "The inbox is there and nothing is stuck in it",
  timeoutMs: 20_000,
  tries: 2,
  async run({ world }) {
    const { storage, policy, now } = world
    if (!storage) return skip("no storage account is set here")
    const [files, records, poisoned] = await Promise.all([
      storage.inbox.list(), // Makes the container when it is missing.
      listRecords(storage.state),
      storage.poison.count(),
    ])
    const { strays, batches } = sortInbox(files, policy.artifacts)
    const newest = newestIn(batches)
    // Nothing tells a record without a tag that its files were taken away.
    const told = records.filter(({ tag }) => tag !== UNASSIGNED || newest.has(tag))
    return judgeInbox({ fileCount: files.length, strays, records: told, newest, poisoned }, now())
  },
}

function newestIn(batches: SortedInbox["batches"]): Map<string, Date> {
  const newest = new Map<string, Date>()
  for (const [folder, { artifacts }] of batches) {
    const times = artifacts.map(({ file }) => file.modifiedAt.getTime())
    if (times.length > 0) newest.set(folder === ROOT ? UNASSIGNED : folder, new Date(Math.max(...times)))
  }
  return newest
}

/** No batch is blocked, and none has waited too long. */
export function judgeInbox({ fileCount, strays, records, newest, poisoned }: SeenInbox, now: Date): Finding[] {
  const findings = [
    ...records.flatMap((record) => judgeRecord(record, newest.get(record.tag), now)),
    ...strays.map(({ path, problem }) => warn(problem.code, `${plain(path)} is left alone`, problem.remedy)),
    ...(poisoned > 0 ? [warn("INBOX_POISONED", `about ${poisoned} events could not be worked on`)] : []),
  ]
  if (findings.length > 0) return findings
  return [pass(fileCount === 0 ? "there, and empty" : `there, with ${fileCount} files on their way`)]
}

function judgeRecord(record: ReleaseRecord, newest: Date | undefined, now: Date): Finding[] {
  const { tag, phase, problem, waitingFor = [], artifacts } = record
  // A run that fails before it has seen the files has not written them down.
  const uploaded = newest ? [{ at: newest.toISOString(), event: "uploaded" }] : []
  const timeline = [...uploaded, ...record.timeline]
  const name = tag === UNASSIGNED ? "files in the inbox's root" : tag
  if (phase === "blocked" && problem) return [fail(problem.code, `${name}: ${problem.message}`, problem.remedy)]
  if (phase === "failed" && problem) {
    const tell = hoursSince(progressOf(timeline), now) > WORK_HOURS ? fail : warn
    return [tell(problem.code, `${name}: ${problem.message}`, problem.remedy)]
  }
  const waitedHours = hoursSince(uploadsOf(timeline), now)
  if (phase === "waiting" && waitedHours > WAIT_HOURS && artifacts.length > 0) {
    const rest = waitingFor.join(", ") || "its files"
    return [fail("INBOX_STUCK", `${name} has waited ${Math.floor(waitedHours)} hours for ${rest}`)]
  }
  const workedHours = hoursSince(timeline, now)
  if (phase === "publishing" && workedHours > WORK_HOURS) {
    const message = `${name} is being published, and nothing has moved for ${Math.floor(workedHours)} hours`
    const remedy = "Read the app's log for what stops the run; the sweep begins it again every few minutes."
    return [fail("INBOX_STUCK", message, remedy)]
  }
  return []
}

/** Failing again is no progress: with a retry every few minutes the latest failure is always new. */
function progressOf(timeline: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const moved = timeline.filter(({ event }) => event !== "failed")
  return moved.length > 0 ? moved : timeline.slice(0, 1)
}

function uploadsOf(timeline: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const uploads = timeline.filter(({ event }) => event === "uploaded")
  return uploads.length > 0 ? uploads : timeline
}

/** Since the latest of these things happened. A record without any is new. */
function hoursSince(entries: readonly TimelineEntry[], now: Date): number {
  const latest = Math.max(...entries.map(({ at }) => Date.parse(at)).filter((at) => !Number.isNaN(at)))
  return Number.isFinite(latest) ? (now.getTime() - latest) / 3_600_000 : 0
}

/** Anybody may name a file. */
function plain(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}]/gu, "?")
}
