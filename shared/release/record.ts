import type { InboxFile } from "../ports/inbox.ts"
import type { Release } from "../ports/releases.ts"
import type { Store } from "../ports/store.ts"
import type { Problem } from "../problem.ts"
import type { Artifact, ArtifactSpec, Knowledge, Phase, ReleaseRecord } from "./model.ts"

/** The record of files that lie in the inbox's root while VERSION does not say whose they are. */
export const UNASSIGNED = "unassigned"

/** How many entries a timeline keeps; the oldest in the middle go first, the beginning stays. */
const TIMELINE_LIMIT = 100

/** How many records are read at the same time. */
const AT_ONCE = 16

/** A record and what is needed to write it again: nobody else's writing is ever lost. */
export interface RecordBook {
  record: ReleaseRecord
  /** Whether the record is stored. */
  stored: boolean
  /** Writes the record if it differs from what is stored. Throws STATE_CONFLICT when somebody else wrote in between. */
  save(): Promise<void>
}

function recordKey(tag: string): string {
  return `releases/${tag}.json`
}

/** Opens the record of a tag, or a new one. */
export async function openRecord(store: Store, tag: string): Promise<RecordBook> {
  const found = await store.get(recordKey(tag))
  const record: ReleaseRecord = found ? parse(found.text) : empty(tag)
  let written = found && serialize(record)
  let etag = found?.etag
  const book: RecordBook = {
    record,
    stored: found !== undefined,
    async save() {
      const text = serialize(record)
      if (text === written) return
      etag = await store.put(recordKey(tag), text, etag === undefined ? { ifAbsent: true } : { ifMatch: etag })
      written = text
      book.stored = true
    },
  }
  return book

  /** A damaged record is history lost, never a reason to stop: the truth is elsewhere. */
  function parse(text: string): ReleaseRecord {
    try {
      const found = JSON.parse(text) as ReleaseRecord
      if (Array.isArray(found.artifacts) && Array.isArray(found.timeline)) return { ...found, tag }
    } catch {}
    return empty(tag)
  }
}

function empty(tag: string): ReleaseRecord {
  return { tag, phase: "waiting", artifacts: [], timeline: [] }
}

function serialize(record: ReleaseRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`
}

/** Every record, newest tag last as the store sorts them. */
export async function listRecords(store: Store): Promise<ReleaseRecord[]> {
  const tags = (await store.list("releases/")).map((key) => key.slice("releases/".length, -".json".length))
  const records: ReleaseRecord[] = []
  while (tags.length > 0) {
    const portion = await Promise.all(tags.splice(0, AT_ONCE).map((tag) => readRecord(store, tag)))
    records.push(...portion.filter((record) => record !== undefined))
  }
  return records
}

/** The record of a tag, or undefined. */
export async function readRecord(store: Store, tag: string): Promise<ReleaseRecord | undefined> {
  const { record, stored } = await openRecord(store, tag)
  return stored ? record : undefined
}

/** What the record knows of files, by path and ETag. */
export function knowledgeOf(record: ReleaseRecord): Map<string, Knowledge> {
  return new Map(
    record.artifacts.map(({ path, etag, digest, refused }) => [
      knowledgeKey({ path, etag }),
      { ...(digest && { digest }), ...(refused && { refused }) },
    ]),
  )
}

/** Knowledge of a file holds for one path under one ETag. */
export function knowledgeKey(file: Pick<InboxFile, "path" | "etag">): string {
  return `${file.path}\n${file.etag}`
}

/** Writes down the batch as it lies in the inbox now. An empty batch keeps what was there: it has been archived. */
export function noteArtifacts(record: ReleaseRecord, artifacts: readonly Artifact[]): void {
  if (artifacts.length === 0) return
  const noted = artifacts.map(({ name, kind, file, digest, refused }) => ({
    name,
    kind,
    path: file.path,
    size: file.sizeBytes,
    etag: file.etag,
    ...(digest && { digest }),
    ...(refused && { refused }),
  }))
  for (const { file, name } of artifacts) {
    const seen = record.artifacts.some((old) => knowledgeKey(old) === knowledgeKey(file))
    if (!seen) note(record, file.modifiedAt, "uploaded", { name, sizeBytes: file.sizeBytes })
  }
  const before = record.artifacts.filter((old) => !noted.some(({ name }) => name === old.name))
  record.artifacts = record.phase === "complete" || record.release ? [...before, ...noted] : noted
}

/** Writes down what was released, as GitHub states it: a file that was refused on the way is no part of it. */
export function noteReleased(record: ReleaseRecord, release: Release, specs: readonly ArtifactSpec[]): void {
  record.release = { id: release.id, url: release.url }
  record.artifacts = specs.flatMap(({ name, kind }) => {
    const asset = release.assets.find((each) => each.name === name)
    const noted = record.artifacts.find((each) => each.name === name && each.digest === asset?.digest)
    if (!asset || noted) return noted ?? []
    const { sizeBytes: size, digest } = asset
    return [{ name, kind, path: `${record.tag}/${name}`, size, etag: "", ...(digest && { digest }) }]
  })
}

/** Writes down what a run has learnt of the files, so that the next run need not learn it again. */
export function noteKnowledge(record: ReleaseRecord, knowledge: ReadonlyMap<string, Knowledge>): void {
  for (const artifact of record.artifacts) {
    const { digest, refused } = knowledge.get(knowledgeKey(artifact)) ?? {}
    if (digest) artifact.digest = digest
    if (refused) artifact.refused = refused
  }
}

/** Adds to the timeline. The same event again with the same details only moves its time: a retry a minute is one line. */
export function note(
  record: ReleaseRecord,
  at: Date,
  event: string,
  details: Record<string, string | number> = {},
): void {
  const entry = { at: at.toISOString(), event, ...details }
  const last = record.timeline.at(-1)
  if (last && JSON.stringify({ ...last, at: entry.at }) === JSON.stringify(entry)) record.timeline.pop()
  record.timeline.push(entry)
  if (record.timeline.length > TIMELINE_LIMIT) record.timeline.splice(TIMELINE_LIMIT / 2, 1)
}

/** Sets the phase and what belongs to it; whatever belonged to the phase before goes. */
export function settle(
  record: ReleaseRecord,
  phase: Phase,
  because: { waitingFor?: string[]; problem?: Problem; now?: Date } = {},
): void {
  record.phase = phase
  delete record.waitingFor
  delete record.problem
  delete record.notBefore
  if (because.waitingFor) record.waitingFor = because.waitingFor
  const { problem, now } = because
  if (problem) record.problem = problem.summary()
  if (problem?.retryAfterSeconds !== undefined && now) {
    record.notBefore = new Date(now.getTime() + problem.retryAfterSeconds * 1000).toISOString()
  }
}
