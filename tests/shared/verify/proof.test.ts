import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { directoryStore } from "../../../shared/adapters/local/directory-store.ts"
import type { CheckId, Outcome } from "../../../shared/checks/check.ts"
import type { Store } from "../../../shared/ports/store.ts"
import type { Phase } from "../../../shared/release/model.ts"
import { openRecord, settle } from "../../../shared/release/record.ts"
import type { Report } from "../../../shared/report/report.ts"
import { noteProof } from "../../../shared/verify/proof.ts"
import { temporaryFolder } from "../../stack.ts"

const AT = new Date("2026-11-22T10:00:00.000Z")
const ALL: { [Id in CheckId]?: Outcome } = {
  release: "pass",
  assets: "pass",
  download: "pass",
  manifest: "pass",
  health: "pass",
  updates: "pass",
  appcast: "pass",
  "vm-manifest": "pass",
}

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let store: Store
beforeEach(async () => {
  temporary = await temporaryFolder()
  store = directoryStore(temporary.folder)
})
afterEach(() => temporary.remove())

function reportOf(outcomes: { [Id in CheckId]?: Outcome }, version = "1.6.1.44"): Report {
  const results = Object.entries(outcomes).map(([id, outcome]) => ({
    id: id as CheckId,
    title: id,
    outcome,
    findings: [],
    at: AT.toISOString(),
    durationMs: 1,
    tries: 1,
  }))
  const good = results.every(({ outcome }) => outcome !== "fail")
  const live = { version, url: "https://example.org/App.dmg" }
  return { id: "R", product: "App", at: AT.toISOString(), durationMs: 1, reason: "timer", live, good, results }
}

async function record(phase: Phase): Promise<void> {
  const book = await openRecord(store, "v1.6.1.44")
  settle(book.record, phase)
  await book.save()
}

const noted = async () => (await openRecord(store, "v1.6.1.44")).record.timeline.map(({ event }) => event)

const prove = (report: Report) => noteProof(report, AT, store, () => {})

describe("noteProof", () => {
  it.each<[string, Phase, { [Id in CheckId]?: Outcome }, string[]]>([
    ["everything passes", "complete", ALL, ["on the server", "proven"]],
    [
      "no update server is configured",
      "complete",
      { ...ALL, health: "skip", updates: "skip", appcast: "skip" },
      ["on the server", "proven"],
    ],
    ["nothing shows the server's manifest", "complete", { ...ALL, appcast: "skip", "vm-manifest": "skip" }, ["proven"]],
    ["a check fails", "complete", { ...ALL, health: "fail" }, ["on the server"]],
    ["the download was not looked at", "complete", { ...ALL, download: "skip" }, ["on the server"]],
    ["only some checks ran", "complete", { health: "pass", updates: "pass" }, []],
    ["the release is still under way", "publishing", ALL, []],
  ])("writes down what is shown when %s", async (_what, phase, outcomes, events) => {
    await record(phase)
    await prove(reportOf(outcomes))
    expect(await noted()).toEqual(events)
  })

  it("writes nothing twice", async () => {
    await record("complete")
    await prove(reportOf(ALL))
    const before = await store.get("releases/v1.6.1.44.json")
    await prove(reportOf(ALL))
    expect(await store.get("releases/v1.6.1.44.json")).toEqual(before)
  })

  it("makes no record of a release that it never saw", async () => {
    await prove(reportOf(ALL, "9.9.9.9"))
    expect(await store.list("releases/")).toEqual([])
  })
})
