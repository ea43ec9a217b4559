import { Cron } from "croner"
import { Problem } from "../../../shared/problem.ts"
import type { RegisteredFunction } from "./core-module.ts"
import { invoke } from "./invoke.ts"
import type { Runtime } from "./runtime.ts"

/** The first time after a moment that a schedule names. */
export type Schedule = (after: Date) => Date

export interface RunningTimer {
  /** Runs the function now, after a run in progress; rejects with what it throws. */
  run(): Promise<void>
  /** Resolves when no run is under way. */
  idle(): Promise<void>
  stop(): void
}

/** A long setTimeout overflows, and a computer that slept wakes up late: look at the clock at least this often. */
const longestSleepMs = 60_000

/**
 * Reads an NCRONTAB expression of six fields, in UTC; day and weekday must both fit. Throws SETTINGS_INVALID.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseSchedule(expression: string): Schedule {
  try {
    const cron = new Cron(expression, { mode: "6-part", timezone: "UTC", domAndDow: true, paused: true })
    const next = (after: Date) => {
      const due = cron.nextRun(after)
      if (due === null) throw new Error("it never comes")
      return due
    }
    next(new Date(0))
    return next
  } catch (cause) {
    throw new Problem("SETTINGS_INVALID", `"${expression}" is no schedule: ${(cause as Error).message}`, { cause })
  }
}

/** Fires a function at its schedule, one run at a time; times that pass during a run are not made up for. */
export function startTimer(fn: RegisteredFunction, schedule: Schedule, runtime: Runtime): RunningTimer {
  let last: Date | undefined
  let queued = Promise.resolve()
  let alarm: NodeJS.Timeout | undefined

  async function runOnce(): Promise<void> {
    const now = runtime.now()
    const status = { Last: last ?? "0001-01-01T00:00:00", Next: schedule(now), LastUpdated: last ?? now }
    last = now
    const json = JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: false })
    await invoke(fn, { json }, {}, runtime)
  }

  function run(): Promise<void> {
    const turn = queued.then(runOnce)
    // invoke() has logged a failure, and it must not keep the next run from its turn.
    queued = turn.catch(() => undefined)
    return turn
  }

  function wait(due: Date): void {
    if (runtime.stopping.aborted) return
    const sleepMs = due.getTime() - runtime.now().getTime()
    const wake = () => (sleepMs > longestSleepMs || runtime.now() < due ? wait(due) : fire())
    alarm = setTimeout(wake, Math.min(Math.max(sleepMs, 0), longestSleepMs))
  }

  function fire(): void {
    void run()
      .catch(() => undefined)
      .then(() => wait(schedule(runtime.now())))
  }

  wait(schedule(runtime.now()))
  return { run, idle: () => queued, stop: () => clearTimeout(alarm) }
}
