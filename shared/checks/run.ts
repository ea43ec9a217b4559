import { setTimeout as delay } from "node:timers/promises"
import { Problem, problems } from "../problem.ts"
import { type Check, type CheckResult, type Finding, thrown, worst } from "./check.ts"
import type { Sight } from "./sight.ts"

export interface RunOptions {
  /** Ends the whole run early; checks that are under way fail with its reason. */
  signal?: AbortSignal
  /** Milliseconds on a clock that never goes back; replaced by tests. */
  clock?: () => number
  /** Waits between two tries. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** What went wrong a moment ago may be over. */
const PAUSE_MS = 500

/** Runs the checks at the same time. None stops another: what one throws, or does not do in time, is its own finding. */
export function runChecks(checks: readonly Check[], sight: Sight, options: RunOptions = {}): Promise<CheckResult[]> {
  return Promise.all(checks.map((check) => runCheck(check, sight, options)))
}

async function runCheck(check: Check, sight: Sight, options: RunOptions): Promise<CheckResult> {
  const { clock = () => performance.now(), pause = sleep, signal = new AbortController().signal } = options
  const at = sight.world.now().toISOString()
  const begun = clock()
  for (let tries = 1; ; tries++) {
    const findings = await tryOnce(check, sight, signal)
    const outcome = worst(findings)
    if (outcome === "fail" && tries < check.tries && !signal.aborted && findings.some(mayPass)) {
      await pause(PAUSE_MS, signal)
      // What was seen says more than that there was no time to look again.
      if (!signal.aborted) continue
    }
    const { id, title } = check
    return { id, title, outcome, findings, at, durationMs: Math.round(clock() - begun), tries }
  }
}

async function tryOnce(check: Check, sight: Sight, outer: AbortSignal): Promise<Finding[]> {
  const timeout = new AbortController()
  const late = new Problem("CHECK_TIMEOUT", `no answer within ${check.timeoutMs / 1000} s`)
  const timer = setTimeout(() => timeout.abort(late), check.timeoutMs)
  const signal = AbortSignal.any([outer, timeout.signal])
  try {
    signal.throwIfAborted()
    return [await Promise.race([check.run(sight, signal), aborted(signal)])].flat()
  } catch (error) {
    // Clients say in words of their own that they were called off.
    return [thrown(signal.aborted ? signal.reason : error)]
  } finally {
    clearTimeout(timer)
  }
}

/** A check that does not listen to its signal must not keep the others waiting. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
}

function mayPass({ code }: Finding): boolean {
  return code !== undefined && problems[code].retryable
}

/** Ends early, without an error, when the signal does. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}
