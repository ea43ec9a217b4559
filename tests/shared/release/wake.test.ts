import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Queue } from "../../../shared/ports/queue.ts"
import { messageFor, sweep, wake } from "../../../shared/release/wake.ts"
import { released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { type Desk, openDesk } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()
const event = (path: string, container = "inbox") => ({
  eventType: "Microsoft.Storage.BlobCreated",
  subject: `/blobServices/default/containers/${container}/blobs/${path}`,
})

/** What was sent, in order. */
function openQueue(): Queue & { sent: { message: unknown; delaySeconds: number | undefined }[] } {
  const sent: { message: unknown; delaySeconds: number | undefined }[] = []
  return { sent, send: async (message, delaySeconds) => void sent.push({ message: JSON.parse(message), delaySeconds }) }
}

describe("wake", () => {
  let desk: Desk
  let queue: ReturnType<typeof openQueue>
  beforeEach(async () => {
    desk = await openDesk()
    queue = openQueue()
  })
  afterEach(() => desk.close())

  it.each<[what: string, message: unknown]>([
    ["is text that is not JSON", "release it, please"],
    ["is nothing", undefined],
    ["is null", null],
    ["is a list", [event(`${TAG}/App.dmg`)]],
    ["is an empty object", {}],
    ["names no blob", { subject: 7 }],
    ["names another container", event(`${TAG}/App.dmg`, "archive")],
    ["names a container that begins like ours", event(`${TAG}/App.dmg`, "inbox2")],
    ["names a folder that is no tag", event("V1.6.1.44/App.dmg")],
    ["names a deeper path", event(`${TAG}/build/App.dmg`)],
    ["asks for what is no tag", { release: { tag: "../v1.6.1.44" } }],
    ["asks for a tag that is no text", { release: { tag: { $ne: 1 } } }],
  ])("drops a message that %s, says so, and touches nothing", async (_, message) => {
    await desk.dropAll(TAG, files)
    const before = await desk.outside()
    await wake(message, await desk.makeWorld(), queue)
    expect(desk.spoken.map((line) => JSON.parse(line))).toEqual([
      {
        level: "warn",
        message: expect.stringContaining("MESSAGE_INVALID: "),
        fields: { remedy: expect.stringMatching(/\w/) },
      },
    ])
    expect(await desk.outside()).toEqual(before)
    expect(desk.github.calls).toEqual([])
    expect(queue.sent).toEqual([])
  })

  it.each<[what: string, folder: string, message: unknown]>([
    ["an upload into a tag's folder", TAG, event(`${TAG}/App.dmg`)],
    ["an upload into the root", "", event("App.dmg")],
    ["a request for a tag", TAG, JSON.parse(messageFor({ tag: TAG, asked: true }))],
    ["a request for the root", "", JSON.parse(messageFor({ tag: undefined }))],
  ])("releases the batch after %s", async (_, folder, message) => {
    await desk.dropAll(folder, files)
    await wake(message, await desk.makeWorld(), queue)
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
    expect(queue.sent).toEqual([])
  })

  it("comes back after the quiet period of a batch that lacks an artifact, and then releases what is there", async () => {
    const { "App.pkg": _, ...some } = files
    await desk.dropAll(TAG, some, 20)
    await wake(event(`${TAG}/NOTES.md`), await desk.makeWorld(), queue)
    const again = JSON.parse(messageFor({ tag: TAG }))
    expect(queue.sent).toEqual([{ message: again, delaySeconds: 100 }])
    expect(await desk.record(TAG)).toMatchObject({ phase: "waiting", waitingFor: ["App.pkg", expect.any(String)] })
    expect(await desk.outside()).toMatchObject({ releases: [], archive: {} })

    const later = () => new Date("2026-11-22T10:01:40.000Z")
    await wake(again, await desk.makeWorld({ now: later }), queue)
    expect(queue.sent).toHaveLength(1)
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, some))
  })

  it("does not come back for a batch without notes: the upload of the notes will wake it", async () => {
    const { "NOTES.md": notes, ...some } = files
    await desk.dropAll(TAG, some)
    await wake(event(`${TAG}/App.dmg`), await desk.makeWorld(), queue)
    expect(queue.sent).toEqual([])
    expect(await desk.record(TAG)).toMatchObject({ phase: "waiting", waitingFor: ["NOTES.md"] })
    await desk.drop(`${TAG}/NOTES.md`, notes ?? "")
    await wake(event(`${TAG}/NOTES.md`), await desk.makeWorld(), queue)
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("comes back soon while another run holds the tag", async () => {
    await desk.dropAll(TAG, files)
    const world = await desk.makeWorld()
    const lease = await world.leases.acquire(`releases/${TAG}`)
    await wake(event(`${TAG}/App.dmg`), world, queue)
    expect(queue.sent).toEqual([{ message: JSON.parse(messageFor({ tag: TAG })), delaySeconds: expect.any(Number) }])
    expect(queue.sent[0]?.delaySeconds).toBeGreaterThan(0)
    expect(desk.github.calls).toEqual([])
    await lease?.release()
  })

  it("comes back with the same wish when GitHub's limit is reached, not before it says", async () => {
    await desk.dropAll(TAG, files)
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/create-release"
        ? { kind: "status", status: 403, headers: { "retry-after": "97" }, body: { message: "secondary rate limit" } }
        : undefined,
    )
    const wish = JSON.parse(messageFor({ tag: TAG, asked: true, allowSameBytes: true }))
    await wake(wish, await desk.makeWorld(), queue)
    expect(queue.sent).toEqual([{ message: wish, delaySeconds: 97 }])
    expect(await desk.record(TAG)).toMatchObject({ phase: "failed", problem: { code: "GITHUB_RATE_LIMITED" } })
  })

  it("comes back when the hour is over that GitHub's primary limit counts, and ends the release then", async () => {
    // The limit's end is counted from the Date that every answer carries, and no server lets that be set.
    let now = new Date()
    const small = await openDesk({ github: { rateLimit: 8, now: () => now } })
    await small.dropAll(TAG, files)
    const world = await small.makeWorld({ now: () => now })
    await wake(event(`${TAG}/App.dmg`), world, queue)
    const [again] = queue.sent
    expect(again?.delaySeconds).toBeGreaterThan(60)
    for (let hour = 1; hour <= 3; hour++) {
      now = new Date(now.getTime() + 3600_000)
      await wake(again?.message, world, queue)
    }
    now = new Date(now.getTime() + 3600_000)
    expect(await stateOf(small, TAG)).toEqual(released(small, TAG, files))
    await small.close()
  })

  it("throws what a retry can mend, so that the message is delivered again", async () => {
    await desk.dropAll(TAG, files)
    desk.github.setIntercept(() => ({ kind: "status", status: 503 }))
    await expect(wake(event(`${TAG}/App.dmg`), await desk.makeWorld(), queue)).rejects.toMatchObject({
      code: "GITHUB_FAILED",
    })
    expect(queue.sent).toEqual([])
  })

  it("is done with what only a person can mend", async () => {
    await desk.dropAll(TAG, { ...files, "NOTES.md": Buffer.from(" \n") })
    await wake(event(`${TAG}/NOTES.md`), await desk.makeWorld(), queue)
    expect(queue.sent).toEqual([])
    expect(await desk.record(TAG)).toMatchObject({ phase: "blocked", problem: { code: "NOTES_INVALID" } })
  })
})

describe("sweep", () => {
  it("wakes every batch and every run that was cut off, and nothing else", async () => {
    const desk = await openDesk()
    const queue = openQueue()
    await desk.dropAll(TAG, files)
    expect(await sweep(await desk.makeWorld(), queue)).toBe(1)
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/update-release" ? { kind: "refuse-before" } : undefined,
    )
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "thrown" })
    desk.github.setIntercept(undefined)
    await desk.drop("App.dmg", "of the root")
    await desk.drop("nightly/App.dmg", "of nobody")
    expect(await sweep(await desk.makeWorld(), queue)).toBe(2)
    expect(
      queue.sent
        .slice(1)
        .map(({ message }) => (message as { release: { tag?: string } }).release.tag)
        .sort(),
    ).toEqual([TAG, undefined])
    await desk.close()
  })

  it("finds nothing to do once everything is released", async () => {
    const desk = await openDesk()
    const queue = openQueue()
    await desk.dropAll(TAG, files)
    await desk.run({ tag: TAG })
    expect(await sweep(await desk.makeWorld(), queue)).toBe(0)
    expect(queue.sent).toEqual([])
    await desk.close()
  })

  it("wakes what was blocked, because no event tells that its cause is gone", async () => {
    const desk = await openDesk()
    const queue = openQueue()
    await desk.dropAll(TAG, { ...files, "NOTES.md": Buffer.from(" ") })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked" })
    await rm(join(desk.at("inbox"), TAG), { recursive: true })
    expect(await sweep(await desk.makeWorld(), queue)).toBe(1)
    await wake(queue.sent[0]?.message, await desk.makeWorld(), queue)
    expect(await desk.record(TAG)).toMatchObject({ phase: "waiting" })
    await desk.close()
  })

  it("keeps away from what GitHub's limit keeps waiting", async () => {
    const desk = await openDesk()
    const queue = openQueue()
    await desk.dropAll(TAG, files)
    const limited = { kind: "status", status: 429, headers: { "retry-after": "600" } } as const
    desk.github.setIntercept(() => limited)
    expect(await desk.run({ tag: TAG })).toMatchObject({ problem: { code: "GITHUB_RATE_LIMITED" } })
    expect(await sweep(await desk.makeWorld(), queue)).toBe(0)
    const later = new Date((await desk.makeWorld()).now().getTime() + 601_000)
    expect(await sweep(await desk.makeWorld({ now: () => later }), queue)).toBe(1)
    await desk.close()
  })
})
