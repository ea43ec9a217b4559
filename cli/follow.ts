import { setTimeout as pause } from "node:timers/promises"
import { Problem, type ReleaseRecord, type Stray } from "../shared/app.ts"
import { ask, type FoundApp } from "./find-app.ts"
import { problemLines } from "./output.ts"
import { timelineLine } from "./status.ts"

const POLL_MS = 500

/** How many polls an upload may go unnoticed: two minutes. */
const UNSEEN = 240

/** How many answers in a row may fail on the way: a cold start or a restart is no reason to look away. */
const PATIENCE = 20

type Overview = { releases: ReleaseRecord[]; strays: Stray[] }

/** What identifies an upload in a record, whatever tag VERSION gives it. */
export interface Uploaded {
  path: string
  etag: string
  modifiedAt: Date
}

/**
 * Tells what happens to the upload until it is released, or until it needs a person. At the deadline the record is answered as
 * it stands; SLIPWAY_UNREACHABLE when there is none, and the reason when every file was left alone.
 */
export async function follow(
  app: FoundApp,
  uploaded: readonly Uploaded[],
  tell: (line: string) => void,
  deadline?: AbortSignal,
): Promise<ReleaseRecord> {
  const told = new Set<string>()
  const begun = new Date(Math.min(...uploaded.map(({ modifiedAt }) => modifiedAt.getTime()))).toISOString()
  let record: ReleaseRecord | undefined
  let polls = 0
  for (let failures = 0; !deadline?.aborted; await pause(POLL_MS)) {
    try {
      record = record ? await ask<ReleaseRecord>(app, `releases/${record.tag}`) : await find(app, uploaded)
      failures = 0
    } catch (error) {
      if (!(error instanceof Problem && error.retryable && ++failures < PATIENCE)) throw error
    }
    if (!record && ++polls > UNSEEN) break
    const news = record?.timeline.filter(({ at }) => at >= begun).map(timelineLine) ?? []
    if (record?.phase === "failed" && record.problem) news.push(`  ${problemLines(record.problem).join(" ")}`)
    for (const line of news) {
      if (!told.has(line)) tell(line)
      told.add(line)
    }
    if (record && isSettled(record, uploaded)) return record
  }
  if (record) return record
  throw new Problem(
    "SLIPWAY_UNREACHABLE",
    "nobody has looked at the upload: the events do not arrive, or the app is busy",
  )
}

/** The record that has taken the upload in, if there is one yet. */
async function find(app: FoundApp, uploaded: readonly Uploaded[]): Promise<ReleaseRecord | undefined> {
  const { releases, strays } = await ask<Overview>(app, "releases")
  const left = uploaded.map(({ path }) => strays.find((stray) => stray.path === path)?.problem)
  const [reason] = left
  if (reason && left.every((problem) => problem)) throw new Problem(reason.code, reason.message, reason)
  return releases.find(({ artifacts }) => isOf(artifacts, uploaded))
}

/** A record that still knows an older file of the same path is from before the upload. */
function isOf(artifacts: ReleaseRecord["artifacts"], uploaded: readonly Uploaded[]): boolean {
  const ours = artifacts.flatMap((each) =>
    uploaded.filter(({ path }) => path === each.path).map(({ etag }) => etag === each.etag),
  )
  return ours.length > 0 && ours.every((same) => same)
}

/**
 * Complete, blocked, left to the sweep because the update server cannot have its manifest now, or waiting for what only a person
 * can add. A record that waits for one of our own files, or for a quiet
 * inbox, is from before the last of them was seen.
 */
function isSettled({ phase, waitingFor = [] }: ReleaseRecord, uploaded: readonly Uploaded[]): boolean {
  if (phase === "failed") return waitingFor.length > 0
  if (phase !== "waiting") return phase === "complete" || phase === "blocked"
  const early = (entry: string) =>
    /^(?:or no upload|the upload that)/.test(entry) || uploaded.some(({ path }) => path.endsWith(entry))
  return !waitingFor.some(early)
}
