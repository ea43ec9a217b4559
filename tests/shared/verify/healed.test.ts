import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { directoryStore } from "../../../shared/adapters/local/directory-store.ts"
import { webClient } from "../../../shared/adapters/web/web.ts"
import type { CheckWorld } from "../../../shared/checks/world.ts"
import { note, openRecord } from "../../../shared/release/record.ts"
import { keepNotebook } from "../../../shared/verify/notebook.ts"
import { verify } from "../../../shared/verify/verify.ts"
import { type Desk, MANIFEST, openDesk, WORKSPACE } from "../../world.ts"

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.close())

const state = async () => (await desk.makeWorld()).state

/** A release is what clients are offered. */
async function offer(version: string) {
  const artifact = { url: "https://example.org/App.dmg", size: 1, sha256: "0".repeat(64) }
  await desk.github.pushFile(WORKSPACE, MANIFEST, JSON.stringify({ version, build: version, artifact }), version)
}

async function putRight(version: string, time: string) {
  const book = await openRecord(await state(), `v${version}`)
  note(book.record, new Date(`2026-11-22T${time}:00.000Z`), "put right")
  await book.save()
}

/** What the next run of the checks tells to have been put right. */
async function told(time = "12:00") {
  const { policy, releases, workspace } = await desk.makeWorld()
  const log = () => {}
  const world: CheckWorld = {
    policy,
    releases,
    workspace,
    permissions: async () => ({ login: "x", repositories: [] }),
    web: webClient(),
    versionPoints: [],
    deep: false,
    now: () => new Date(`2026-11-22T${time}:00.000Z`),
  }
  const reports = directoryStore(desk.at("reports"))
  const notebook = keepNotebook(reports)(log)
  const wake = async () => {}
  const { healed } = await verify(
    { checks: ["manifest"], deep: false, reason: "timer" },
    { world, notebook, reports, state: await state(), wake, channels: {}, log },
  )
  return healed && `${healed.tag} ${healed.at.slice(11, 16)}`
}

describe("what was put right", () => {
  it("is told once, also when a release before is offered again", async () => {
    await putRight("1.6.1.44", "10:00")
    await putRight("1.6.1.45", "11:00")
    await offer("1.6.1.44")
    expect([await told(), await told()]).toEqual(["v1.6.1.44 10:00", undefined])
    await offer("1.6.1.45")
    expect([await told(), await told()]).toEqual(["v1.6.1.45 11:00", undefined])
    await offer("1.6.1.44")
    expect(await told()).toBeUndefined()
    await putRight("1.6.1.44", "11:30")
    expect(await told("12:30")).toBe("v1.6.1.44 11:30")
  })

  it("is told once an hour where somebody keeps writing there, and the latest is not kept back for ever", async () => {
    await offer("1.6.1.44")
    await putRight("1.6.1.44", "12:00")
    expect(await told("12:05")).toBe("v1.6.1.44 12:00")
    await putRight("1.6.1.44", "12:05")
    expect(await told("12:10")).toBeUndefined()
    await putRight("1.6.1.44", "12:10")
    expect([await told("12:59"), await told("13:00"), await told("14:30")]).toEqual([
      undefined,
      "v1.6.1.44 12:10",
      undefined,
    ])
  })
})
