import { beforeEach, describe, expect, it } from "vitest"
import type { Machine } from "../../../shared/ports/machine.ts"
import { asProblem } from "../../../shared/problem.ts"
import { oneAtATime } from "../../../shared/vm/one-at-a-time.ts"
import { memoryLeases } from "./memory-leases.ts"

const LEASE = "vm/Nexy"
const WAIT = { waitMs: 5000, pauseMs: 1 }
const SAID = { stdout: "said", stderr: "" }
const never = new AbortController().signal

let leases: ReturnType<typeof memoryLeases>
let running: number
let most: number

/** Runs nothing; counts how many do so at once. Each run ends when `pause` does. */
function machine(pause: (signal: AbortSignal) => Promise<unknown> = () => new Promise(setImmediate)): Machine {
  return {
    name: "Nexy",
    async run(_script, _parameters, signal) {
      most = Math.max(most, ++running)
      try {
        await pause(signal)
        return SAID
      } finally {
        running--
      }
    },
  }
}

/** Ends only with its signal. */
const untilAborted = (signal: AbortSignal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))

const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => "none",
    (error: unknown) => asProblem(error).code,
  )

describe("one run at a time", () => {
  beforeEach(() => {
    leases = memoryLeases()
    running = 0
    most = 0
  })

  it("is kept, however many want to, by however many instances; all of them come to their turn", async () => {
    const instances = Array.from({ length: 4 }, () => oneAtATime(machine(), leases, WAIT))
    const runs = instances.flatMap((instance) => [1, 2, 3].map(() => instance.run("", {}, never)))
    expect(await Promise.all(runs)).toEqual(Array(12).fill(SAID))
    expect([most, leases.names()]).toEqual([1, []])
  })

  it("needs no lease where there are none", async () => {
    expect(await oneAtATime(machine(), undefined).run("", {}, never)).toEqual(SAID)
  })

  it("tells in time of somebody who does not leave, and has run nothing", async () => {
    await leases.acquire(LEASE)
    expect(await codeOf(oneAtATime(machine(), leases, { waitMs: 20, pauseMs: 5 }).run("", {}, never))).toBe("VM_BUSY")
    expect(most).toBe(0)
  })

  it("gives the lease back when a run fails", async () => {
    const failing = oneAtATime(
      machine(async () => Promise.reject(new Error("no"))),
      leases,
      WAIT,
    )
    expect(await codeOf(failing.run("", {}, never))).toBe("INTERNAL")
    expect(leases.names()).toEqual([])
  })

  it("ends a run whose lease is lost, without a word of the release's own", async () => {
    const run = codeOf(oneAtATime(machine(untilAborted), leases, WAIT).run("", {}, never))
    while (running === 0) await new Promise(setImmediate)
    leases.lose(LEASE)
    expect(await run).toBe("VM_BUSY")
  })

  it("does not wait on for somebody who has left, and gives back what it has", async () => {
    const [before, between] = [new AbortController(), new AbortController()]
    before.abort(new Error("left"))
    await expect(oneAtATime(machine(), leases, WAIT).run("", {}, before.signal)).rejects.toThrow("left")

    const other = await leases.acquire(LEASE)
    const waiting = oneAtATime(machine(), leases, { waitMs: 600_000, pauseMs: 60_000 }).run("", {}, between.signal)
    between.abort(new Error("left too"))
    await expect(waiting).rejects.toThrow("left too")
    await other?.release()
    expect([most, leases.names()]).toEqual([0, []])
  })
})
