import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { directoryStore } from "../../../shared/adapters/local/directory-store.ts"
import type { Store } from "../../../shared/ports/store.ts"
import { Problem } from "../../../shared/problem.ts"
import {
  knowledgeKey,
  knowledgeOf,
  listRecords,
  note,
  noteArtifacts,
  openRecord,
  readRecord,
  settle,
} from "../../../shared/release/record.ts"
import { known, NOW, TAG } from "./observed.ts"

let directory: string
let store: Store
let stores = 0
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "slipway-record-"))
})
beforeEach(() => {
  store = directoryStore(join(directory, `${++stores}`))
})
afterAll(() => rm(directory, { recursive: true }))

const at = (minute: number) => new Date(NOW.getTime() + minute * 60_000)

describe("a record", () => {
  it("is not there before it is saved, and then reads as it was written", async () => {
    const book = await openRecord(store, TAG)
    expect(book.stored).toBe(false)
    expect(await readRecord(store, TAG)).toBeUndefined()
    settle(book.record, "waiting", { waitingFor: ["App.pkg"] })
    await book.save()
    expect(book.stored).toBe(true)
    expect(await readRecord(store, TAG)).toEqual({
      tag: TAG,
      phase: "waiting",
      artifacts: [],
      timeline: [],
      waitingFor: ["App.pkg"],
    })
    expect(await listRecords(store)).toEqual([book.record])
  })

  it("is not written when it says the same", async () => {
    const writes: string[] = []
    const counting = {
      ...store,
      put(...given: Parameters<Store["put"]>) {
        writes.push(given[0])
        return store.put(...given)
      },
    }
    await (await openRecord(counting, TAG)).save()
    await (await openRecord(counting, TAG)).save()
    expect(writes).toHaveLength(1)
  })

  it("never overwrites what somebody else wrote in between", async () => {
    const [one, other] = [await openRecord(store, TAG), await openRecord(store, TAG)]
    settle(one.record, "publishing")
    await one.save()
    await expect(other.save()).rejects.toMatchObject({ code: "STATE_CONFLICT" })
    const [again, late] = [await openRecord(store, TAG), await openRecord(store, TAG)]
    settle(again.record, "complete")
    await again.save()
    settle(late.record, "failed")
    await expect(late.save()).rejects.toMatchObject({ code: "STATE_CONFLICT" })
    expect(await readRecord(store, TAG)).toMatchObject({ phase: "complete" })
  })

  it.each(["", "{", "null", "7", '"text"', "[]", '{"artifacts":null}', '{"artifacts":{}}', '{"timeline":"long"}'])(
    "that is damaged (%s) is history lost, and is written anew",
    async (text) => {
      await store.put(`releases/${TAG}.json`, text)
      const book = await openRecord(store, TAG)
      expect(knowledgeOf(book.record)).toEqual(new Map())
      note(book.record, NOW, "looked")
      await book.save()
      expect(await readRecord(store, TAG)).toMatchObject({ tag: TAG, artifacts: [], timeline: [{ event: "looked" }] })
    },
  )

  it("knows a file again by its path and ETag, and not by its path alone", async () => {
    const book = await openRecord(store, TAG)
    const artifact = known("App.dmg")
    noteArtifacts(book.record, [artifact])
    const knowledge = knowledgeOf(book.record)
    expect(knowledge.get(knowledgeKey(artifact.file))).toEqual({ digest: artifact.digest })
    expect(knowledge.get(knowledgeKey({ ...artifact.file, etag: "another" }))).toBeUndefined()
  })

  it("keeps its artifacts when the batch has gone to the archive", async () => {
    const { record } = await openRecord(store, TAG)
    noteArtifacts(record, [known("App.dmg")])
    noteArtifacts(record, [])
    expect(record.artifacts).toMatchObject([{ name: "App.dmg", kind: "dmg", size: 10 }])
  })

  it("forgets the problem of a phase that is over", async () => {
    const { record } = await openRecord(store, TAG)
    settle(record, "blocked", { problem: new Problem("DMG_INVALID", "App.dmg is cut") })
    expect(record.problem).toEqual({
      code: "DMG_INVALID",
      message: "App.dmg is cut",
      remedy: expect.stringMatching(/\w/),
    })
    settle(record, "publishing")
    expect(record).not.toHaveProperty("problem")
  })
})

describe("a timeline", () => {
  it("tells a repeated event once, at its last time", async () => {
    const { record } = await openRecord(store, TAG)
    for (let minute = 0; minute < 5; minute++) note(record, at(minute), "failed", { code: "GITHUB_FAILED" })
    note(record, at(6), "failed", { code: "GITHUB_UNREACHABLE" })
    expect(record.timeline).toEqual([
      { at: at(4).toISOString(), event: "failed", code: "GITHUB_FAILED" },
      { at: at(6).toISOString(), event: "failed", code: "GITHUB_UNREACHABLE" },
    ])
  })

  it("does not grow without end: the beginning and what is new stay", async () => {
    const { record } = await openRecord(store, TAG)
    for (let count = 0; count < 1000; count++) note(record, at(count), "failed", { count })
    expect(record.timeline).toHaveLength(100)
    expect(record.timeline[0]).toMatchObject({ count: 0 })
    expect(record.timeline.at(-1)).toMatchObject({ count: 999 })
  })
})
