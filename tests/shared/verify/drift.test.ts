import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { CheckResult } from "../../../shared/checks/check.ts"
import type { ProblemCode } from "../../../shared/problem.ts"
import { openRecord } from "../../../shared/release/record.ts"
import type { Report } from "../../../shared/report/report.ts"
import { healDrift, healedOf } from "../../../shared/verify/drift.ts"
import { sampleFiles } from "../../files.ts"
import { type Desk, openDesk } from "../../world.ts"
import { shelf } from "../release/shelf.ts"

const TAG = "v1.6.1.44"
const AT = new Date("2026-11-22T10:30:00.000Z")
const LIVE = { version: "1.6.1.44", url: "https://example.org/App.dmg" }
const files = await sampleFiles()

let desk: Desk
let server: ReturnType<typeof shelf>
let woken: string[]
beforeEach(async () => {
  desk = await openDesk()
  server = shelf(desk.at("vm", "manifest.json"))
  woken = []
  await desk.dropAll(TAG, files)
  await run()
})
afterEach(() => desk.close())

const run = async () => desk.run({ tag: TAG }, await desk.makeWorld({ server }))

/** What a run of the checks has seen of the VM's manifest. */
function seen(code?: ProblemCode): Report {
  const at = AT.toISOString()
  const finding = { message: "it is another", ...(code && { code, remedy: "Look." }) }
  const outcome = code ? ("fail" as const) : ("pass" as const)
  const shared = { title: "", outcome, at, durationMs: 1, tries: 1 }
  const results: CheckResult[] = [{ id: "vm-manifest", findings: [{ outcome, ...finding }], ...shared }]
  return { id: "R", product: "App", at, durationMs: 1, reason: "timer", good: !code, results, live: LIVE }
}

function withoutLive({ live: _, ...report }: Report): Report {
  return report
}

async function heal(report: Report) {
  const { state, log } = await desk.makeWorld()
  await healDrift(report, AT, { state, log, wake: async (tag) => void woken.push(tag) })
}

async function healed() {
  const { state, log } = await desk.makeWorld()
  return healedOf({ live: LIVE }, { state, log })
}

const phase = async () => (await desk.record(TAG)).phase

describe("a drifted manifest", () => {
  it("is put right by the next run of its release, and that is remembered", async () => {
    await server.overwrite("{}")
    await heal(seen("VM_MANIFEST_DIFFERS"))
    expect([await phase(), woken, await healed()]).toEqual(["failed", [TAG], undefined])
    expect(await run()).toEqual({ status: "complete" })
    expect(await healed()).toMatchObject({ tag: TAG, at: expect.stringMatching(/^2026-11-22T10:/) })
    expect(JSON.parse((await server.text()) ?? "")).toMatchObject({ version: "1.6.1.44" })
  })

  it("is none where the manifest was put there while the run still looked", async () => {
    await server.overwrite("{}")
    const late = seen("VM_MANIFEST_DIFFERS")
    const { timeline } = await desk.record(TAG)
    const put = timeline.find(({ event }) => event === "on the server")
    await heal({ ...late, at: put?.at ?? "" })
    expect(await phase()).toBe("complete")
    await heal({ ...late, at: "2026-11-22T10:20:00.000Z" })
    expect(await phase()).toBe("failed")
  })

  it("is noted once however often it is seen before it is put right", async () => {
    await heal(seen("VM_MANIFEST_DIFFERS"))
    await heal(seen("VM_MANIFEST_DIFFERS"))
    const { timeline } = await desk.record(TAG)
    expect(timeline.filter(({ event }) => event === "drifted")).toHaveLength(1)
    expect(woken).toEqual([TAG, TAG])
  })

  it.each<[string, Report]>([
    ["is the workspace's", seen()],
    ["cannot be seen, for the VM is off", seen("VM_STOPPED")],
    ["is another, and nobody knows which release it should be", withoutLive(seen("VM_MANIFEST_DIFFERS"))],
  ])("is none where it %s", async (_what, report) => {
    await heal(report)
    expect([await phase(), woken]).toEqual(["complete", []])
  })

  it("wakes a release that has no record any more, though nothing is written down", async () => {
    await desk.forgetState()
    await heal(seen("VM_MANIFEST_DIFFERS"))
    expect(woken).toEqual([TAG])
    const book = await openRecord((await desk.makeWorld()).state, TAG)
    expect(book.stored).toBe(false)
  })
})
