import { describe, expect, it } from "vitest"
import { CHECK_IDS, type Check, fail, pass, skip } from "../../../shared/checks/check.ts"
import { checksNamed, ON_VM, QUICK } from "../../../shared/checks/chosen.ts"
import { CHECKS } from "../../../shared/checks/registry.ts"
import { type RunOptions, runChecks } from "../../../shared/checks/run.ts"
import type { Sight } from "../../../shared/checks/sight.ts"
import { asProblem, Problem } from "../../../shared/problem.ts"

const sight = { world: { now: () => new Date("2026-11-22T10:00:00.000Z") } } as Sight

function check(run: Check["run"], more: Partial<Check> = {}): Check {
  return { id: "health", title: "The server answers", timeoutMs: 60_000, tries: 1, run, ...more }
}

/** No test waits between tries. */
const run = (checks: Check[], options: RunOptions = {}) =>
  runChecks(checks, sight, { pause: async () => {}, ...options })

describe("runChecks", () => {
  it("runs all at the same time: each waits here for the last to begin", async () => {
    let begun = 0
    const all = Promise.withResolvers<void>()
    const meet = check(async () => {
      if (++begun === 14) all.resolve()
      await all.promise
      return pass("met")
    })
    const results = await run(Array(14).fill(meet))
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(14).fill("pass"))
  })

  it("makes a finding of what is thrown, and lets the others end", async () => {
    const results = await run([
      check(() => Promise.reject(new Problem("GITHUB_FORBIDDEN", "no"))),
      check(() => Promise.reject(new TypeError("s3cret in a text"))),
      check(async () => pass("well")),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(["fail", "fail", "pass"])
    expect(results[0]?.findings).toMatchObject([{ code: "GITHUB_FORBIDDEN", message: "no" }])
    expect(JSON.stringify(results)).not.toContain("s3cret")
  })

  it("ends a check that does not listen", async () => {
    const [result] = await run([check(() => new Promise(() => {}), { timeoutMs: 5 })])
    expect(result?.findings).toMatchObject([{ outcome: "fail", code: "CHECK_TIMEOUT" }])
  })

  it.each<[string, Problem["code"], number, string, number]>([
    ["tries again what may pass", "ENDPOINT_UNREACHABLE", 2, "pass", 3],
    ["gives up after its tries", "ENDPOINT_UNREACHABLE", 9, "fail", 3],
    ["does not try again what only a person can mend", "GITHUB_FORBIDDEN", 9, "fail", 1],
  ])("%s", async (_what, code, failures, outcome, tries) => {
    let left = failures
    const [result] = await run([check(async () => (left-- > 0 ? fail(code, "no") : pass("yes")), { tries: 3 })])
    expect([result?.outcome, result?.tries]).toEqual([outcome, tries])
  })

  it("takes as long as its slowest check, not as all of them together", async () => {
    let clock = 0
    const events: [at: number, happen: () => void][] = []
    const lasting = (ms: number) =>
      check(() => new Promise((done) => events.push([clock + ms, () => done(pass(`${ms}`))])))
    const running = run([lasting(50), lasting(300), lasting(200)], { clock: () => clock })
    for (const [at, happen] of events.toSorted(([a], [b]) => a - b)) {
      clock = at
      happen()
      await new Promise(setImmediate)
    }
    expect((await running).map(({ durationMs }) => durationMs)).toEqual([50, 300, 200])
    expect(clock).toBe(300)
  })

  it("tells that time was up, in whatever words a client says that it was called off", async () => {
    const deaf = check(
      (_sight, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new DOMException("called off", "AbortError")))
        }),
      { timeoutMs: 5 },
    )
    const [result] = await run([deaf])
    expect(result?.findings).toMatchObject([{ outcome: "fail", code: "CHECK_TIMEOUT" }])
  })

  it("waits between two tries, on no clock of its own", async () => {
    const pauses: number[] = []
    const pause = async (ms: number) => void pauses.push(ms)
    await run([check(async () => fail("ENDPOINT_UNREACHABLE", "no"), { tries: 3 })], { pause })
    expect(pauses).toEqual([500, 500])
  })

  it("counts the worst finding, and a skip only where nothing was seen", async () => {
    const results = await run([
      check(async () => [pass("a"), fail("INTERNAL", "b"), skip("c")]),
      check(async () => [pass("a"), skip("c")]),
      check(async () => skip("c")),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(["fail", "pass", "skip"])
  })

  it("ends when the whole run is called off", async () => {
    const off = new AbortController()
    const running = run([check(() => new Promise(() => {}), { tries: 3 })], { signal: off.signal })
    off.abort(new Problem("CHECK_TIMEOUT", "called off"))
    expect((await running)[0]).toMatchObject({ outcome: "fail", tries: 1, findings: [{ message: "called off" }] })
  })
})

describe("runChecks, called off", () => {
  it("keeps what was seen, when that happens between two tries", async () => {
    const off = new AbortController()
    const pause = async () => off.abort(new Problem("CHECK_TIMEOUT", "called off"))
    const failing = check(async () => fail("ENDPOINT_UNREACHABLE", "no"), { tries: 3 })
    const [result] = await run([failing], { signal: off.signal, pause })
    expect(result).toMatchObject({ outcome: "fail", tries: 1, findings: [{ code: "ENDPOINT_UNREACHABLE" }] })
  })

  it("looks at nothing when it was called off before it began", async () => {
    let looked = false
    const signal = AbortSignal.abort(new Problem("CHECK_TIMEOUT", "called off"))
    const looking = check(async () => {
      looked = true
      return pass("seen")
    })
    const [result] = await run([looking], { signal })
    expect([result?.findings[0]?.message, looked]).toEqual(["called off", false])
  })
})

describe("the registry", () => {
  it("holds every check once, in the order people read them", () => {
    expect(CHECKS.map(({ id }) => id)).toEqual([...CHECK_IDS])
    expect([...QUICK, ...ON_VM].sort()).toEqual([...CHECK_IDS].sort())
  })

  it("finds checks by their names", () => {
    expect(checksNamed("updates, health")).toEqual(["health", "updates"])
    expect(checksNamed(undefined)).toBe(CHECK_IDS)
  })

  it.each(["", "x", "health,", "Health"])("refuses %j", (list) => {
    let code: string | undefined
    try {
      checksNamed(list)
    } catch (error) {
      code = asProblem(error).code
    }
    expect(code).toBe("REQUEST_INVALID")
  })
})
