import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { brokenPromises, released, stateOf } from "../end-state.ts"
import { sampleFiles } from "../files.ts"
import { openDesk } from "../world.ts"
import { changed, places } from "./change.ts"
import { dice, manyTries } from "./dice.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

/** What becomes of an answer's text, and of its status. */
type Change = (text: string) => { text: string; status?: number; type?: string }

/** Another type, or nothing, in some place: never another value of the same kind, which would be a lie and no broken answer. */
const misshapen = fc.tuple(fc.nat(), fc.constantFrom(undefined, null, [], {}, "", -1.5, true)).map(
  ([where, to]): Change =>
    (text) => {
      const json: unknown = JSON.parse(text)
      const all = places(json)
      const path = all[where % all.length] ?? []
      const old = path.reduce((value, key) => (value as Record<string, unknown>)[key], json)
      return typeof old === typeof to ? { text } : { text: JSON.stringify(changed(json, path, to)) ?? "" }
    },
)
const change: fc.Arbitrary<Change> = fc.oneof(
  { arbitrary: misshapen, weight: 6 },
  fc.nat().map(
    (at): Change =>
      (text) => ({ text: text.slice(0, at % Math.max(1, text.length)) }),
  ),
  fc.constantFrom(200, 201, 204, 301, 400, 418, 451, 500, 502).map(
    (status): Change =>
      (text) => ({ text, status }),
  ),
  fc.constant<Change>(() => ({ text: "<html>Bad gateway</html>", type: "text/html" })),
  fc.string({ unit: "binary" }).map(
    (noise): Change =>
      () => ({ text: noise }),
  ),
)

describe("an answer of GitHub of whatever kind", () => {
  it("ends a run with a Problem at worst, publishes nothing wrong, and is over with the next run", async () => {
    let met = 0
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 25 }), change, async (index, change) => {
        const desk = await openDesk()
        try {
          await desk.dropAll(TAG, files)
          let calls = 0
          const odd: typeof fetch = async (input, init) => {
            const response = await fetch(input, init)
            if (calls++ !== index) return response
            const before = await response.text()
            if (before === "") return new Response(null, response)
            met++
            const { text, status = response.status, type = response.headers.get("content-type") ?? "" } = change(before)
            const headers = new Headers(response.headers)
            headers.set("content-type", type)
            return new Response(status === 204 ? null : text, { status, headers })
          }
          const ending = await desk.run({ tag: TAG }, await desk.makeWorld({ fetch: odd, retries: 0 }))
          expect(await brokenPromises(desk)).toEqual([])
          expect(ending.problem?.code).not.toBe("INTERNAL")
          for (let delivery = 2; delivery <= 4; delivery++)
            if ((await desk.run({ tag: TAG, asked: true })).status === "complete") break
          expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
        } finally {
          await desk.close()
        }
      }),
      dice(40),
    )
    if (manyTries) expect(met).toBeGreaterThan(10)
  }, 3_600_000)
})
