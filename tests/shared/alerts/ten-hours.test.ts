import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { calm, type Health, type Turn, world } from "./runs.ts"

const RUNS = 120 // ten hours, one each five minutes

const answers = fc.constantFrom<Health>("up", "up", "up", "down", "down", "lost")
const turn = fc.record<Turn>({
  health: fc.boolean(),
  appcast: fc.boolean(),
  webhook: answers,
  github: answers,
  dies: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2),
  twin: fc.constantFrom(false, false, true),
})
const turns = fc.array(turn, { minLength: RUNS, maxLength: RUNS })
/** Nothing is lost on the way: then nothing may come twice. */
const honest = turns.map((all) =>
  all.map(
    (each): Turn => ({
      ...each,
      webhook: each.webhook === "lost" ? "down" : each.webhook,
      dies: each.dies === 2 ? 0 : each.dies,
    }),
  ),
)

/** Plays ten hours, then three of calm, in which everything that was held back arrives. */
async function play(all: readonly Turn[], between: (played: ReturnType<typeof world>) => void = () => undefined) {
  const played = world()
  for (const [index, each] of all.entries()) {
    await played.run(index, each)
    between(played)
  }
  for (let index = all.length; index < all.length + 36; index++) await played.run(index, calm)
  expect(played.state().outbox).toEqual([])
  expect(played.state().open).toBeUndefined()
  return played
}

const idsOf = (received: readonly { id: string }[]) => received.map(({ id }) => id)
const alternating = (events: readonly string[]) => events.map((_, index) => (index % 2 === 0 ? "opened" : "closed"))

describe("ten hours of flapping", () => {
  it("opens one alert at a time, closes each, and says everything in order", async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (all) => {
        const { received, issues } = await play(all, ({ issues, state }) => {
          expect(issues.filter(({ open }) => open).length).toBeLessThanOrEqual(1)
          expect(state().outbox.length).toBeLessThanOrEqual(40)
        })
        // What comes again comes under the same id.
        const once = received.filter(({ id }, index) => idsOf(received).indexOf(id) === index)
        const events = once.map(({ event }) => event)
        expect(events).toEqual(alternating(events))
        expect(events.length % 2).toBe(0)
        expect(issues.every(({ open }) => !open)).toBe(true)
        for (const { comments } of issues) expect(new Set(comments).size).toBe(comments.length)
      }),
      { numRuns: 60 },
    )
  })

  it("says nothing twice where no answer is lost, however many runs there are at one moment", async () => {
    await fc.assert(
      fc.asyncProperty(honest, async (all) => {
        const { received } = await play(all)
        expect(new Set(idsOf(received)).size).toBe(received.length)
      }),
      { numRuns: 60 },
    )
  })

  it("keeps what it says in pairs when nobody can be reached for all of the time", async () => {
    const flapping = (index: number): Turn => ({
      ...calm,
      health: index % 4 > 1,
      appcast: index % 8 > 1,
      webhook: "down",
      github: "down",
    })
    const { received, issues } = await play(
      Array.from({ length: 2 * RUNS }, (_, index) => flapping(index)),
      ({ state }) => expect(state().outbox.length).toBeLessThanOrEqual(40),
    )
    const events = received.map(({ event }) => event)
    expect(events.length).toBeGreaterThan(10)
    expect(events).toEqual(alternating(events))
    expect(events.at(-1)).toBe("closed")
    expect(issues.every(({ open }) => !open)).toBe(true)
  })

  it("says nothing of failures that never come twice in a row", async () => {
    const { received, issues, run } = world()
    for (let index = 0; index < RUNS; index++) await run(index, { ...calm, health: index % 2 === 0 })
    expect([received, issues]).toEqual([[], []])
  })

  it("says one message each way, and the rest in the issue", async () => {
    const { received, issues, run } = world()
    const both = { ...calm, health: false, appcast: false }
    const [health, appcast] = [
      { ...calm, health: false },
      { ...calm, appcast: false },
    ]
    const all = [calm, health, health, both, both, appcast, appcast, calm, calm, calm]
    for (const [index, each] of all.entries()) await run(index, each)
    expect(received.map(({ event }) => event)).toEqual(["opened", "closed"])
    expect(issues.map(({ open, comments }) => [open, comments.map((id) => id.split("/")[1])])).toEqual([
      [false, ["changed", "changed", "closed"]],
    ])
  })

  it("sends what the webhook refused for an hour, once, when it is back", async () => {
    const { received, run } = world()
    for (let index = 0; index < 14; index++) await run(index, { ...calm, health: false, webhook: "down" })
    expect(received).toEqual([])
    for (let index = 14; index < 24; index++) await run(index, { ...calm, health: false })
    expect(received.map(({ event }) => event)).toEqual(["opened"])
  })

  it("tells one channel while the other is down", async () => {
    const { received, issues, run } = world()
    for (let index = 0; index < 4; index++) await run(index, { ...calm, health: false, webhook: "down" })
    expect([received.length, issues.length]).toEqual([0, 1])
    const other = world()
    for (let index = 0; index < 4; index++) await other.run(index, { ...calm, health: false, github: "down" })
    expect([other.received.length, other.issues.length]).toEqual([1, 0])
  })
})
