import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { directoryStore } from "../../../shared/adapters/local/directory-store.ts"
import type { Store } from "../../../shared/ports/store.ts"
import { digestOf } from "../../../shared/release/digest.ts"
import { enterLedger } from "../../../shared/release/ledger.ts"
import type { ReleaseRecord } from "../../../shared/release/model.ts"
import { allAssets, NOW, release } from "./observed.ts"

let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "slipway-ledger-"))
  store = directoryStore(directory)
})
afterEach(() => rm(directory, { recursive: true }))

const record = (tag: string): ReleaseRecord => ({
  tag,
  phase: "publishing",
  artifacts: [],
  timeline: [],
  manifest: { commit: "c0ffee" },
})
const enter = (tag: string) => enterLedger(store, record(tag), release({ tag }), NOW)
const lines = async () => (await store.tail("ledger.jsonl", 1e6)).text.split("\n").slice(0, -1)

describe("the ledger", () => {
  it("has one line for each release, with the digest of the line before", async () => {
    for (const tag of ["v1.0.0.1", "v1.0.0.2", "v1.0.0.3"]) await enter(tag)
    const texts = await lines()
    const entries = texts.map((text) => JSON.parse(text))
    expect(entries.map(({ tag }) => tag)).toEqual(["v1.0.0.1", "v1.0.0.2", "v1.0.0.3"])
    expect(entries.map(({ before }) => before)).toEqual([null, digestOf(`${texts[0]}`), digestOf(`${texts[1]}`)])
    expect(entries[0]).toMatchObject({
      at: NOW.toISOString(),
      release: { id: 7 },
      manifest: { commit: "c0ffee" },
      assets: allAssets().map(({ name, digest, sizeBytes }) => ({ name, digest, size: sizeBytes })),
    })
  })

  it("is not written twice for one release, also when others came between", async () => {
    for (const tag of ["v1.0.0.1", "v1.0.0.1", "v1.0.0.11", "v1.0.0.1"]) await enter(tag)
    expect((await lines()).map((text) => JSON.parse(text).tag)).toEqual(["v1.0.0.1", "v1.0.0.11"])
  })

  it("takes one of two releases that come at the same moment, and the other when it is tried again", async () => {
    const together = await Promise.allSettled([enter("v1.0.0.1"), enter("v1.0.0.2")])
    for (const outcome of together) {
      if (outcome.status === "rejected")
        expect(outcome.reason).toMatchObject({ code: "STATE_CONFLICT", retryable: true })
    }
    await enter("v1.0.0.1")
    await enter("v1.0.0.2")
    const texts = await lines()
    expect(texts.map((text) => JSON.parse(text).tag).sort()).toEqual(["v1.0.0.1", "v1.0.0.2"])
    expect(JSON.parse(texts[1] ?? "").before).toBe(digestOf(`${texts[0]}`))
  })

  it("is a chain also where it is longer than what is read of it", async () => {
    const line = JSON.stringify({ tag: "v0.0.0.1", padding: "ü".repeat(500) })
    const padding = `${line}\n`.repeat(200)
    await store.append("ledger.jsonl", padding, 0)
    await enter("v1.0.0.1")
    expect(JSON.parse((await lines()).at(-1) ?? "").before).toBe(digestOf(line))
  })
})
