import { type Stray, sortInbox } from "../release/batch.ts"
import type { ReleaseRecord } from "../release/model.ts"
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
    const { strays } = sortInbox(files, policy.artifacts)
    return judgeInbox({ fileCount: files.length, strays, records, poisoned }, now())
  },
}

/** No batch is blocked, and none has waited too long. */
export function judgeInbox({ fileCount, strays, records, poisoned }: SeenInbox, now: Date): Finding[] {
  const findings = [
    ...records.flatMap((record) => judgeRecord(record, now)),
    ...strays.map(({ path, problem }) => warn(problem.code, `${plain(path)} is left alone`, problem.remedy)),
    ...(poisoned > 0 ? [warn("INBOX_POISONED", `about ${poisoned} events could not be worked on`)] : []),
  ]
  if (findings.length > 0) return findings
  return [pass(fileCount === 0 ? "there, and empty" : `there, with ${fileCount} files on their way`)]
}

function judgeRecord(record: ReleaseRecord, now: Date): Finding[] {
  const { tag, phase, problem, waitingFor = [] } = record
  if (phase === "complete") return []
  const name = tag === UNASSIGNED ? "files in the inbox's root" : tag
  const hours = hoursSince(record, now)
  if (phase === "blocked" && problem) return [fail(problem.code, `${name}: ${problem.message}`, problem.remedy)]
  if (phase === "failed" && problem) {
    const message = `${name}: ${problem.message}`
    return [
      hours > WORK_HOURS ? fail(problem.code, message, problem.remedy) : warn(problem.code, message, problem.remedy),
    ]
  }
  if (phase === "waiting" && hours > WAIT_HOURS && record.artifacts.length > 0) {
    return [
      fail("INBOX_STUCK", `${name} has waited ${Math.floor(hours)} hours for ${waitingFor.join(", ") || "its files"}`),
    ]
  }
  if (phase === "publishing" && hours > WORK_HOURS) {
    return [fail("INBOX_STUCK", `${name} has been publishing for ${Math.floor(hours)} hours`)]
  }
  return []
}

/** Since the latest thing that happened. A record without a timeline is new. */
function hoursSince({ timeline }: ReleaseRecord, now: Date): number {
  const latest = Math.max(...timeline.map(({ at }) => Date.parse(at)).filter((at) => !Number.isNaN(at)))
  return Number.isFinite(latest) ? (now.getTime() - latest) / 3_600_000 : 0
}

/** Anybody may name a file. */
function plain(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}]/gu, "?")
}
