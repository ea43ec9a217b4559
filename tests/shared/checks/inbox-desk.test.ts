import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { sampleFiles } from "../../files.ts"
import { type Desk, openDesk, WORKSPACE } from "../../world.ts"
import { type Look, lookAt, releasedDesk, told } from "./check-desk.ts"

const HOUR_MS = 3_600_000

let desk: Desk
let clock: Date
const now = () => clock

beforeEach(() => {
  clock = new Date("2026-11-22T10:00:00.000Z")
})
afterEach(() => desk.close())

/** One run of a release, and what the inbox looks like afterwards. */
async function runAndLook(tag?: string): Promise<string> {
  await desk.run(tag === undefined ? {} : { tag }, await desk.makeWorld({ now }))
  return inboxNow()
}

async function inboxNow(world: Look["world"] = {}): Promise<string> {
  return told(await lookAt(desk, ["inbox"], { world: { now, ...world } })).join()
}

describe("the check of the inbox", () => {
  it("finds it empty and well before anything was ever uploaded, and after a release", async () => {
    desk = await openDesk()
    expect(await inboxNow()).toBe("pass")
    await desk.close()
    desk = await releasedDesk()
    clock = new Date(clock.getTime() + 100 * HOUR_MS)
    const [result] = await lookAt(desk, ["inbox"], { world: { now } })
    expect(result?.findings).toEqual([{ outcome: "pass", message: "there, and empty" }])
  })

  it("warns of an outage, and fails after an hour of it, though every retry fails anew", async () => {
    desk = await openDesk()
    await desk.dropAll("v1.6.1.44", await sampleFiles(), 0)
    desk.github.setIntercept(() => ({ kind: "status", status: 503 }))
    const ends: string[] = []
    for (let minutes = 0; minutes <= 90; minutes += 15) {
      clock = new Date(Date.parse("2026-11-22T10:00:00.000Z") + minutes * 60_000)
      ends.push(await runAndLook("v1.6.1.44"))
    }
    expect([...new Set(ends)]).toEqual(["warn GITHUB_FAILED", "fail GITHUB_FAILED"])
    expect(ends.indexOf("fail GITHUB_FAILED")).toBe(5)
    desk.github.setIntercept(undefined)
    expect(await runAndLook("v1.6.1.44")).toBe("pass")
  })

  it("says what a batch waits for once it has waited two hours, however often it was looked at", async () => {
    desk = await openDesk()
    const { "App.dmg": image = "" } = await sampleFiles()
    await desk.drop("v1.6.1.44/App.dmg", image, 0)
    expect(await runAndLook("v1.6.1.44")).toBe("pass")
    clock = new Date(clock.getTime() + 1.9 * HOUR_MS)
    expect(await runAndLook("v1.6.1.44")).toBe("pass")
    clock = new Date(clock.getTime() + 0.2 * HOUR_MS)
    expect(await runAndLook("v1.6.1.44")).toBe("fail INBOX_STUCK")
    const [result] = await lookAt(desk, ["inbox"], { world: { now } })
    expect(result?.findings[0]?.message).toBe("v1.6.1.44 has waited 2 hours for App.pkg, NOTES.md")
  })

  it("tells a broken image in the gate's own words (incident 22), until it is taken away", async () => {
    desk = await openDesk()
    await desk.dropAll("v1.6.1.44", { ...(await sampleFiles()), "App.dmg": Buffer.from("<html>".repeat(500)) })
    expect(await runAndLook("v1.6.1.44")).toBe("fail DMG_INVALID")
  })

  it("tells why files without a folder belong to nobody, until they are taken away", async () => {
    desk = await openDesk({ version: "main\n" })
    await desk.drop("App.dmg", "x")
    expect(await runAndLook()).toBe("fail VERSION_UNREADABLE")
    const world = await desk.makeWorld()
    for (const file of await world.inbox.list()) await world.inbox.remove(file)
    expect(await inboxNow()).toBe("pass")
    expect(await desk.github.readFile(WORKSPACE, "VERSION")).toBe("main\n")
  })

  it("shows what nobody will take, and events that failed for good", async () => {
    desk = await openDesk()
    await desk.drop("v1.6.1/App.dmg", "x")
    await desk.drop("v1.6.1.44/old/App.dmg", "x")
    await desk.drop("readme.txt", "x")
    expect((await inboxNow()).split(" ").sort()).toEqual(["INBOX_STRAY", "INBOX_STRAY", "TAG_INVALID", "warn"])
    const { inbox, state } = await desk.makeWorld()
    expect(await inboxNow({ storage: { inbox, state, poison: { count: async () => 3 } } })).toMatch(/INBOX_POISONED$/)
  })

  it("is skipped where there is no storage", async () => {
    desk = await openDesk()
    const [result] = await lookAt(desk, ["inbox"], { storage: false })
    expect(result?.findings).toEqual([{ outcome: "skip", message: "no storage account is set here" }])
  })
})
