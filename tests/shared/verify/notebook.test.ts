import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { directoryStore } from "../../../shared/adapters/local/directory-store.ts"
import type { Store } from "../../../shared/ports/store.ts"
import { Problem } from "../../../shared/problem.ts"
import { keepNotebook, type Notebook } from "../../../shared/verify/notebook.ts"
import { temporaryFolder } from "../../stack.ts"

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let real: Store
let down = false
let said: string[]

beforeEach(async () => {
  temporary = await temporaryFolder()
  real = directoryStore(temporary.folder)
  down = false
  said = []
})
afterEach(() => temporary.remove())

/** A real store behind a line that can be cut. */
const store: Store = {
  get: (key) => reach().get(key),
  put: (key, text, condition) => reach().put(key, text, condition),
  list: (prefix) => reach().list(prefix),
  tail: (key, maxBytes) => reach().tail(key, maxBytes),
  append: (key, text, atBytes) => reach().append(key, text, atBytes),
}

function reach(): Store {
  if (down) throw new Problem("STORAGE_UNREACHABLE", "the line is cut")
  return real
}

const keeper = () => keepNotebook(store)((_level, message) => said.push(message))

const next = (notebook: Notebook): Notebook => ({ ...notebook, sequence: notebook.sequence + 1 })

describe("the notebook", () => {
  it("begins empty, and goes on from what another process wrote", async () => {
    expect((await keeper().read()).sequence).toBe(0)
    await keeper().change(next)
    expect((await keeper().change(next)).sequence).toBe(2)
    expect((await keeper().read()).sequence).toBe(2)
  })

  it("loses no change of many at once", async () => {
    const keepers = Array.from({ length: 8 }, keeper)
    await Promise.all(keepers.map((one) => one.change(next)))
    expect((await keeper().read()).sequence).toBe(8)
    expect(said).toEqual([])
  })

  it("goes on from memory while the store is down, and writes it down when it is back", async () => {
    const one = keeper()
    await one.change(next)
    down = true
    expect((await one.change(next)).sequence).toBe(2)
    expect((await one.change(next)).sequence).toBe(3)
    expect((await one.read()).sequence).toBe(3)
    expect(said).toContain("STORAGE_UNREACHABLE: the line is cut")
    down = false
    expect((await one.change(next)).sequence).toBe(4)
    expect((await keeper().read()).sequence).toBe(4)
  })

  it("takes what others wrote in the meantime before its own memory", async () => {
    const one = keeper()
    down = true
    await one.change(next)
    down = false
    const other = keeper()
    for (let runs = 0; runs < 5; runs++) await other.change(next)
    expect((await one.change(next)).sequence).toBe(6)
  })

  it.each(["", "{", "[]", "null", '{"sequence":"9","marks":7,"standing":[],"alert":1}'])(
    "begins anew after damage: %s",
    async (text) => {
      await keeper().change(next)
      await rm(join(temporary.folder, "standing.json"), { force: true })
      await writeFile(join(temporary.folder, "standing.json"), text)
      expect((await keeper().change(next)).sequence).toBe(1)
    },
  )
})
