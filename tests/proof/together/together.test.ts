import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { environment } from "../../../shared/app.ts"
import { type Keeping, play } from "./play.ts"
import { inStretches } from "./schedules.ts"
import { STARTS, type Start } from "./starts.ts"

/**
 * Runs of one tag at the same time, in memory, where whoever goes on changes between any two calls. A schedule is run alone by the
 * name of its test; a random one by what is printed: `SLIPWAY_PROOF_SEED=2026 SLIPWAY_PROOF_PATH=17:0 npx vitest run tests/proof/together`.
 */
const SEED = Number(environment.SLIPWAY_PROOF_SEED) || 2026
const PATH = environment.SLIPWAY_PROOF_PATH
const SCHEDULES = Number(environment.SLIPWAY_PROOF_SCHEDULES) || 2000

const alone = await Promise.all(
  STARTS.map((start) => play({ start, keeping: "a lease", clocks: [0], choose: inStretches([]) })),
)
const cleanOf = (start: Start) => alone[STARTS.indexOf(start)] as (typeof alone)[number]

/**
 * GitHub knows no deletion on a condition: one that was sent before the lease was lost may take a half asset that became whole
 * and public meanwhile. Only an immutable release is safe from that, whoever works on it; a draft that will be, while two work on it.
 */
function keptApart({ immutable, public: isPublic }: Start, runs: number): Keeping[] {
  if (immutable) return ["a lease", "a lost lease", "nothing"]
  return isPublic || runs > 2 ? ["a lease"] : ["a lease", "a lost lease"]
}

describe.each(STARTS)("runs of one tag at the same time: $name", (start) => {
  const clean = cleanOf(start)

  it("ends well alone", () => {
    expect(clean).toMatchObject({ broken: [], endings: ["complete", "complete", "complete"] })
    expect(clean.end).toMatchObject({ inbox: [], ledger: ["v1.6.1.44"], offered: "1.6.1.44", phase: "complete" })
  })

  for (const keeping of keptApart(start, 2))
    for (let first = 0; first < clean.calls.length; first++)
      it(`${keeping} between them, the second comes in after ${first} calls of the first`, async () => {
        for (let second = 1; ; second++) {
          const choose = inStretches([
            { run: 0, calls: first },
            { run: 1, calls: second },
          ])
          const { broken, endings, end, calls } = await play({ start, keeping, clocks: [0, 1], choose })
          expect({ second, broken, end }).toEqual({ second, broken: [], end: clean.end })
          expect(endings.at(-1)).toBe("complete")
          // The second was at its end before its stretch was.
          if (calls.slice(first, first + second).some((call) => call.startsWith("0 "))) break
          if (first + second >= calls.length) break
        }
      })
})

it(`two or three runs, ${SCHEDULES} random schedules of seed ${SEED}`, { timeout: 600_000 }, async () => {
  const stretch = fc.record({ run: fc.nat(2), calls: fc.integer({ min: 1, max: 25 }) })
  const schedule = fc.record({
    start: fc.nat(STARTS.length - 1),
    keeping: fc.nat(2),
    clocks: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 2, maxLength: 3 }),
    stretches: fc.array(stretch, { maxLength: 30, size: "max" }),
  })
  const property = fc.asyncProperty(schedule, async ({ start: index, keeping, clocks, stretches }) => {
    const start = STARTS[index] as Start
    const ways = keptApart(start, 3)
    const kept = ways[keeping % ways.length] as Keeping
    const { broken, end, endings } = await play({ start, keeping: kept, clocks, choose: inStretches(stretches) })
    expect({ kept, broken, end }).toEqual({ kept, broken: [], end: cleanOf(start).end })
    expect(endings.at(-1)).toBe("complete")
  })
  await fc.assert(property, { seed: SEED, numRuns: SCHEDULES, ...(PATH && { path: PATH, endOnFailure: true }) })
})

it("makes the same calls again of the same schedule", async () => {
  const [start] = STARTS as [Start]
  const again = () =>
    play({
      start,
      keeping: "a lost lease",
      clocks: [0, 1, -1],
      choose: inStretches([
        { run: 2, calls: 9 },
        { run: 0, calls: 30 },
        { run: 1, calls: 4 },
      ]),
    })
  expect(await again()).toEqual(await again())
})

describe("a worker that wakes up after its lease went", () => {
  const [start] = STARTS as [Start]
  const { calls: clean } = cleanOf(start)

  for (let slept = 1; slept < clean.length; slept++)
    it(`falls asleep after ${slept} calls, and all ends as if it had not`, async () => {
      const choose = inStretches([
        { run: 0, calls: slept },
        { run: 1, calls: 1000 },
      ])
      const { end, broken, endings } = await play({ start, keeping: "a lost lease", clocks: [0, 1], choose })
      expect(["LEASE_LOST", "STATE_CONFLICT", "complete", "idle"]).toContain(endings[0])
      expect({ broken, end }).toEqual({ broken: [], end: cleanOf(start).end })
    })
})
