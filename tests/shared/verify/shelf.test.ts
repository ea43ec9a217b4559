import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { directoryStore } from "../../../shared/adapters/local/directory-store.ts"
import type { Store } from "../../../shared/ports/store.ts"
import type { Report } from "../../../shared/report/report.ts"
import { reportId, reportOf, shelve } from "../../../shared/verify/shelf.ts"
import { temporaryFolder } from "../../stack.ts"

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let store: Store

beforeAll(async () => {
  temporary = await temporaryFolder()
  store = directoryStore(temporary.folder)
})
afterAll(() => temporary.remove())

const AT = new Date("2026-11-22T10:00:05.123Z")

function reportWith(sequence: number): Report {
  const id = reportId(AT, sequence)
  return { id, product: "App", at: AT.toISOString(), durationMs: 5, reason: "timer", good: true, results: [] }
}

describe("reportId", () => {
  it("says when and the how manieth", () => {
    expect(reportId(AT, 123)).toBe("20261122T100005Z-000123")
    expect(reportId(AT, 12_345_678)).toBe("20261122T100005Z-12345678")
  })
})

describe("the shelf", () => {
  it("gives back what was put there", async () => {
    await shelve(reportWith(7), store)
    expect(await reportOf(reportWith(7).id, store)).toEqual(reportWith(7))
  })

  it("lets a later report take the place, so that years take no more room than days", async () => {
    for (const sequence of [8, 608, 1208]) await shelve(reportWith(sequence), store)
    expect(await reportOf(reportWith(8).id, store)).toBeUndefined()
    expect(await reportOf(reportWith(1208).id, store)).toEqual(reportWith(1208))
    expect(await readdir(join(temporary.folder, "runs"))).toEqual(["0007.json", "0008.json"])
  })

  it.each([
    "",
    "latest",
    "../standing",
    "20261122T100005Z-",
    "20261122T100005Z-000999",
    "20261122T100005Z-1e3",
    "x".repeat(999),
  ])("knows no report %j", async (id) => {
    expect(await reportOf(id, store)).toBeUndefined()
  })
})
