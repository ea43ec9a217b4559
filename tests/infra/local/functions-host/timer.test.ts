import { app, type Timer } from "@azure/functions"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  type FunctionsHost,
  forgetRegistrations,
  type HostEvent,
  type HostOptions,
  startFunctionsHost,
} from "../../../../infra/local/functions-host/host.ts"
import { parseSchedule } from "../../../../infra/local/functions-host/timer.ts"
import { watch } from "../watch.ts"

describe("schedules", () => {
  it.each([
    ["0 */5 * * * *", "2026-03-01T12:03:10Z", "2026-03-01T12:05:00Z"],
    ["0 */5 * * * *", "2026-03-01T12:05:00Z", "2026-03-01T12:10:00Z"],
    ["0 0 */6 * * *", "2026-03-01T12:03:10Z", "2026-03-01T18:00:00Z"],
    ["30 15 3 * * *", "2026-03-01T12:00:00Z", "2026-03-02T03:15:30Z"],
    ["0 0 9 * * 1-5", "2026-03-06T10:00:00Z", "2026-03-09T09:00:00Z"],
    // The 13th and a Friday: Azure wants both.
    ["0 0 0 13 * 5", "2026-03-14T00:00:00Z", "2026-11-13T00:00:00Z"],
  ])("%s comes after %s at %s", (expression, after, due) => {
    expect(parseSchedule(expression)(new Date(after))).toEqual(new Date(due))
  })

  it.each(["*/5 * * * *", "every five minutes", "0 61 * * * *"])("refuses %s", (expression) => {
    expect(() => parseSchedule(expression)).toThrow(expect.objectContaining({ code: "SETTINGS_INVALID" }))
  })
})

describe("timer functions", () => {
  const events = watch<HostEvent>()
  const at = new Date("2026-03-01T12:03:10Z")
  let host: FunctionsHost | undefined

  beforeEach(forgetRegistrations)
  afterEach(async () => {
    await host?.close()
    host = undefined
    events.told.length = 0
  })

  async function start(register: () => void, options: Partial<HostOptions> = {}): Promise<FunctionsHost> {
    host = await startFunctionsHost({ load: async () => register(), observe: events.observe, ...options })
    return host
  }

  it("receive their schedule, and run when they are asked to", async () => {
    const timers: Timer[] = []
    const { runTimer, functions } = await start(
      () => app.timer("sweep", { schedule: "%SWEEP%", handler: (timer) => void timers.push(timer) }),
      { settings: { SWEEP: "0 */5 * * * *" }, now: () => at },
    )
    expect(functions).toEqual([{ name: "sweep", trigger: "timer", schedule: "0 */5 * * * *" }])
    await runTimer("sweep")
    expect(timers).toEqual([
      {
        schedule: { adjustForDST: true },
        scheduleStatus: {
          last: "0001-01-01T00:00:00",
          next: "2026-03-01T12:05:00.000Z",
          lastUpdated: "2026-03-01T12:03:10.000Z",
        },
        isPastDue: false,
      },
    ])
    await expect(runTimer("nobody")).rejects.toMatchObject({ code: "NOT_FOUND" })
  })

  it("fire by themselves, again and again, a failure notwithstanding", async () => {
    await start(() =>
      app.timer("tick", { schedule: "* * * * * *", handler: () => Promise.reject(new Error("no luck")) }),
    )
    await events.until((event) => event.kind === "invoked", 2)
  })

  it("run at startup when they want to", async () => {
    await start(() => app.timer("early", { schedule: "0 0 0 1 1 *", runOnStartup: true, handler: () => undefined }))
    await events.until((event) => event.kind === "invoked" && event.functionName === "early")
  })

  it("run one at a time, and tell the caller of a failure", async () => {
    let running = 0
    let most = 0
    let runs = 0
    const { runTimer } = await start(() =>
      app.timer("careful", {
        schedule: "0 0 0 1 1 *",
        handler: async () => {
          most = Math.max(most, ++running)
          await new Promise(setImmediate)
          running--
          if (++runs === 1) throw new Error("the first one fails")
        },
      }),
    )
    const outcomes = await Promise.allSettled([runTimer("careful"), runTimer("careful"), runTimer("careful")])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "fulfilled", "fulfilled"])
    expect(most).toBe(1)
  })
})
