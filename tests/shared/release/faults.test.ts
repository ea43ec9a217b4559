import { describe, expect, it, vi } from "vitest"
import type { Fault } from "../../../infra/local/github/index.ts"
import { brokenPromises, released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { openDesk } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

/** The calls of a run that nothing happens to, in their order; calls that run at the same time may change places. */
const calls = await cleanCalls()

const status = (status: number, headers = {}, message = "No."): Fault => ({
  kind: "status",
  status,
  headers,
  body: { message },
})

/** What may go wrong with one call. `lasting`: with every call from there on, so that the run is cut off. `slow` ends with our patience. */
const faults: {
  name: string
  fault: Fault
  lasting?: boolean
  limited?: boolean
  uploads?: boolean
  slow?: boolean
}[] = [
  { name: "500", fault: status(500) },
  { name: "500 from there on", fault: status(500), lasting: true },
  { name: "a lost answer", fault: { kind: "lose-answer" } },
  { name: "lost answers from there on", fault: { kind: "lose-answer" }, lasting: true },
  { name: "a broken connection", fault: { kind: "refuse-before" } },
  { name: "a truncated answer", fault: { kind: "truncate" } },
  { name: "a hang", fault: { kind: "hang" }, slow: true },
  { name: "a rate limit", fault: status(429, { "retry-after": "7" }), limited: true },
  { name: "a secondary rate limit", fault: status(403, { "retry-after": "7" }, "secondary rate limit"), limited: true },
  { name: "502 after a starter", fault: { kind: "starter" }, uploads: true },
  { name: "a stall", fault: { kind: "stall", afterBytes: 100 }, uploads: true, slow: true },
]

const cases = calls.flatMap((operation, index) =>
  faults
    .filter(({ uploads }) => !uploads || operation === "repos/upload-release-asset")
    // Both limits take the same way through the code: each is met at every other call.
    .filter(({ name }) => (index % 2 === 0 ? name !== "a rate limit" : name !== "a secondary rate limit"))
    .map((fault) => ({ ...fault, index, call: `call ${index} (${operation})` })),
)

// Most of the time a run waits: for the disk, or for a fault to be over. Sixteen share what one alone would have done in a second.
vi.setConfig({ maxConcurrency: 16, testTimeout: 300_000 })

describe("a fault at every call of a publish", () => {
  it.concurrent.each(cases)("$call meets $name, and the release ends as if it had not", async (given) => {
    const { fault, index, lasting, limited, slow } = given
    const desk = await openDesk()
    const promises = new Set<string>()
    try {
      await desk.dropAll(TAG, files)
      desk.github.setIntercept(async (attempt) => {
        for (const promise of await brokenPromises(desk)) promises.add(promise)
        return attempt.index === index || (lasting && attempt.index > index) ? fault : undefined
      })
      const patienceMs = slow ? 700 : 10_000
      const world = await desk.makeWorld({ retries: 0, timeoutMs: patienceMs, stallMs: patienceMs })
      const first = await desk.run({ tag: TAG }, world)
      if (first.status !== "complete") expect(first).toMatchObject({ status: "thrown", problem: { retryable: true } })
      if (limited) expect(first.problem).toMatchObject({ code: "GITHUB_RATE_LIMITED", retryAfterSeconds: 7 })
      if (first.problem) expect((await desk.record(TAG)).problem?.remedy).not.toBe("")

      desk.github.setIntercept(async () => {
        for (const promise of await brokenPromises(desk)) promises.add(promise)
        return undefined
      })
      for (let delivery = 2; delivery <= 4; delivery++) {
        if ((await desk.run({ tag: TAG })).status === "complete") break
      }
      expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
      expect([...promises]).toEqual([])
    } finally {
      await desk.close()
    }
  })
})

async function cleanCalls(): Promise<string[]> {
  const desk = await openDesk()
  const seen: string[] = []
  desk.github.setIntercept(({ operation }) => void seen.push(operation))
  await desk.dropAll(TAG, files)
  expect(await desk.run({ tag: TAG })).toEqual({ status: "complete" })
  await desk.close()
  return seen
}
