import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Queue } from "../../shared/ports/queue.ts"
import { wake } from "../../shared/release/wake.ts"
import type { World } from "../../shared/release/world.ts"
import { isTag } from "../../shared/version/version.ts"
import { sampleFiles } from "../files.ts"
import { type Desk, openDesk } from "../world.ts"
import { dice, manyTries } from "./dice.ts"

const PREFIX = "/blobServices/default/containers/inbox/blobs/"
const folder = fc.constantFrom(
  "v1.6.1.44",
  "v1.6.1.45",
  "..",
  "v1.6.1.44/..",
  "",
  "v01.6.1.44",
  "V1.6.1.44",
  "__proto__",
)
const file = fc.oneof(
  fc.constantFrom("App.dmg", "App.pkg", "NOTES.md", "READY", "..", ""),
  fc.string({ unit: "binary" }),
)
const subject = fc.oneof(
  fc.tuple(folder, file).map((parts) => PREFIX + parts.join("/")),
  fc
    .tuple(fc.constantFrom(PREFIX, "/blobServices/default/containers/archive/blobs/"), fc.string())
    .map((parts) => parts.join("")),
  fc.jsonValue(),
)
const own = fc.record(
  { tag: fc.oneof(folder, fc.jsonValue()), asked: fc.jsonValue(), allowSameBytes: fc.jsonValue() },
  { requiredKeys: [] },
)
const message = fc.oneof(
  fc.record({ subject, eventType: fc.jsonValue(), data: fc.jsonValue() }, { requiredKeys: [] }),
  fc.record({ release: fc.oneof(own, fc.jsonValue()) }),
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.uint8Array(),
)

describe("a message of whatever kind", () => {
  let desk: Desk
  let world: World
  beforeAll(async () => {
    desk = await openDesk()
    // Two files of three: whoever is woken has something to wait for, and nothing to do.
    const { "NOTES.md": _, ...half } = await sampleFiles()
    await desk.dropAll("v1.6.1.44", half)
    world = await desk.makeWorld()
  })
  afterAll(() => desk.close())

  it("wakes a batch that it names, or is told to be none; and releases nothing that is not whole", async () => {
    const before = await desk.outside()
    let sent: string[] = []
    const queue: Queue = { send: async (text) => void sent.push(text) }
    const woken = { batches: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(message, async (each) => {
        sent = []
        const said = desk.spoken.length
        expect(await wake(each, world, queue)).toBeUndefined()
        const refused = desk.spoken.slice(said).some((line) => line.includes("MESSAGE_INVALID"))
        woken[refused ? "refused" : "batches"]++
        for (const text of sent) {
          const { tag } = JSON.parse(text).release
          expect(tag === undefined || isTag(tag)).toBe(true)
        }
      }),
      dice(300),
    )
    if (manyTries) expect(Math.min(woken.batches, woken.refused)).toBeGreaterThan(10)
    expect(await desk.outside()).toEqual(before)
  }, 600_000)
})
