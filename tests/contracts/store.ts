import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { beforeEach, describe, expect, it } from "vitest"
import type { Store } from "../../shared/ports/store.ts"

export interface StoreWorld {
  store: Store
}

/** How another process opens the same store: the arguments of append-lines.ts before the name and the count. */
export interface SharedStoreWorld extends StoreWorld {
  arguments: [kind: "azure" | "local", place: string]
}

/** What every store must do. `open` answers one whose place does not exist yet. */
export function storeContract(adapter: string, open: () => Promise<StoreWorld>): void {
  describe(`store: ${adapter}`, () => {
    let world: StoreWorld
    let store: Store
    beforeEach(async () => {
      world = await open()
      store = world.store
    })
    const conflict = { code: "STATE_CONFLICT" }

    it("has nothing at first", async () => {
      expect(await store.get("releases/v1.2.3.4.json")).toBeUndefined()
      expect(await store.list("")).toEqual([])
      expect(await store.tail("ledger.jsonl", 100)).toEqual({ text: "", sizeBytes: 0 })
    })

    it("gives back what was put, under the ETag that putting it answered", async () => {
      const text = `{"product":"Nexy für Äpfel ${"🍏".repeat(5000)}"}\n`
      const etag = await store.put("releases/v1.2.3.4.json", text)
      expect(await store.get("releases/v1.2.3.4.json")).toEqual({ text, etag })
    })

    it("keeps an empty text", async () => {
      await store.put("empty", "")
      expect(await store.get("empty")).toMatchObject({ text: "" })
    })

    it("replaces a document without a condition", async () => {
      await store.put("key", "first, and longer")
      await store.put("key", "second")
      expect(await store.get("key")).toMatchObject({ text: "second" })
    })

    it("replaces the document that was read, and no other", async () => {
      const first = await store.put("key", "first")
      const second = await store.put("key", "second", { ifMatch: first })
      await expect(store.put("key", "late", { ifMatch: first })).rejects.toMatchObject(conflict)
      expect(await store.get("key")).toEqual({ text: "second", etag: second })
    })

    it("does not replace a document that is not there", async () => {
      const etag = await store.put("key", "text")
      await expect(store.put("other", "text", { ifMatch: etag })).rejects.toMatchObject(conflict)
      expect(await store.get("other")).toBeUndefined()
    })

    it("makes a document only where there is none", async () => {
      await store.put("key", "first", { ifAbsent: true })
      await expect(store.put("key", "second", { ifAbsent: true })).rejects.toMatchObject(conflict)
      expect(await store.get("key")).toMatchObject({ text: "first" })
    })

    it("lets one of many win that make the same document at once", async () => {
      const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`)
      const winner = await theOneThatWon(texts, (text) => store.put("key", text, { ifAbsent: true }))
      expect(await store.get("key")).toMatchObject({ text: winner })
    })

    it("lets one of many win that replace the same document at once", async () => {
      const etag = await store.put("key", "before")
      const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`)
      const winner = await theOneThatWon(texts, (text) => store.put("key", text, { ifMatch: etag }))
      expect(await store.get("key")).toMatchObject({ text: winner })
    })

    it("lists the keys with a prefix, sorted", async () => {
      for (const key of ["releases/v1.2.3.5.json", "releases/v1.2.3.4.json", "history.json", "rel"])
        await store.put(key, "x")
      await store.append("releases/log", "x", 0)
      expect(await store.list("releases/v")).toEqual(["releases/v1.2.3.4.json", "releases/v1.2.3.5.json"])
      expect(await store.list("rel")).toEqual([
        "rel",
        "releases/log",
        "releases/v1.2.3.4.json",
        "releases/v1.2.3.5.json",
      ])
      expect(await store.list("none/")).toEqual([])
      expect(await store.list("")).toHaveLength(5)
    })

    it("appends, and tells the end and the size in bytes", async () => {
      await store.append("ledger.jsonl", "eins\n", 0)
      await store.append("ledger.jsonl", "zwölf\n", 5)
      expect(await store.tail("ledger.jsonl", 100)).toEqual({ text: "eins\nzwölf\n", sizeBytes: 12 })
      expect(await store.tail("ledger.jsonl", 12)).toMatchObject({ text: "eins\nzwölf\n" })
      expect(await store.tail("ledger.jsonl", 3)).toEqual({ text: "lf\n", sizeBytes: 12 })
    })

    it.each([0, 4, 6])("does not append to a document of 5 bytes at %i", async (atBytes) => {
      await store.append("ledger.jsonl", "eins\n", 0)
      await expect(store.append("ledger.jsonl", "zwei\n", atBytes)).rejects.toMatchObject(conflict)
      expect(await store.tail("ledger.jsonl", 100)).toEqual({ text: "eins\n", sizeBytes: 5 })
    })

    it("does not append in the middle of a document that is not there", async () => {
      await expect(store.append("ledger.jsonl", "zwei\n", 5)).rejects.toMatchObject(conflict)
      expect(await store.list("")).toEqual([])
    })

    it("lets one of many win that begin the same document at once", async () => {
      const lines = Array.from({ length: 8 }, (_, index) => `line ${index}\n`)
      const winner = await theOneThatWon(lines, (line) => store.append("ledger.jsonl", line, 0))
      expect(await store.tail("ledger.jsonl", 1000)).toMatchObject({ text: winner })
    })
  })
}

/** What a store must do that more than one process writes. */
export function sharedStoreContract(adapter: string, open: () => Promise<SharedStoreWorld>): void {
  storeContract(adapter, open)
  describe(`store: ${adapter}`, () => {
    it("loses no line of processes that append at once", async () => {
      const world = await open()
      const names = ["left", "right"]
      await Promise.all(names.map((name) => appendElsewhere(world, name, 20)))
      const { text } = await world.store.tail("ledger.jsonl", 10_000)
      for (const name of names) {
        const own = text.split("\n").filter((line) => line.startsWith(name))
        expect(own).toEqual(Array.from({ length: 20 }, (_, index) => `${name} ${index}`))
      }
      expect(text.split("\n")).toHaveLength(41)
    })
  })
}

async function theOneThatWon(texts: string[], write: (text: string) => Promise<unknown>): Promise<string | undefined> {
  const outcomes = await Promise.allSettled(texts.map(write))
  const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []))
  expect(reasons).toEqual(Array.from({ length: texts.length - 1 }, () => "STATE_CONFLICT"))
  return texts[outcomes.findIndex(({ status }) => status === "fulfilled")]
}

async function appendElsewhere({ arguments: place }: SharedStoreWorld, name: string, count: number): Promise<void> {
  const script = fileURLToPath(new URL("append-lines.ts", import.meta.url))
  const child = spawn(process.execPath, [script, ...place, name, String(count)], {
    stdio: ["ignore", "ignore", "inherit"],
  })
  const [exitCode] = await once(child, "exit")
  expect(exitCode).toBe(0)
}
