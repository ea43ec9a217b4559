import { setTimeout as pause } from "node:timers/promises"
import { ask, type FoundApp } from "../../cli/find-app.ts"
import { problemLines } from "../../cli/output.ts"
import { checkLines, summary } from "../../cli/verify.ts"
import type { ReleaseRecord, Report } from "../../shared/app.ts"
import type { Stack } from "./stack.ts"

/** How long all checks together may take. */
const PROVE_MS = 180_000

/** In the cloud it is five minutes; here somebody is watching. */
const WATCH_SECONDS = 20

/** How often, and how many times, the run after the release is looked for: half a minute. */
const LOOK_MS = 250
const LOOKS = 120

/** Waits until the run after the release has written down that it is proven; when it could not, `prove` tells why. */
export async function afterReleaseRun(app: FoundApp, tag: string): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const { timeline } = await ask<ReleaseRecord>(app, `releases/${tag}`)
    if (timeline.some(({ event }) => event === "proven")) return
    await pause(LOOK_MS)
  }
}

/** Runs every check through the app: each in a line, and whether the release is proven. */
export async function prove({ url, key }: Pick<Stack, "url" | "key">): Promise<{ good: boolean; lines: string[] }> {
  const response = await fetch(`${url}/api/verify`, {
    headers: { "x-functions-key": key },
    signal: AbortSignal.timeout(PROVE_MS),
  })
  const answer = (await response.json()) as Report | ProblemAnswer
  if ("results" in answer) {
    const lines = [...answer.results.flatMap(checkLines), summary(answer)]
    return { good: answer.good, lines }
  }
  const { code, detail: message, remedy } = answer
  return { good: false, lines: problemLines({ code, message, remedy }) }
}

interface ProblemAnswer {
  code: string
  detail: string
  remedy: string
}

/** Lets the quick checks run again and again, as the timer of the cloud does. */
export async function keepProving({ runTimer }: Pick<Stack, "runTimer">, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await pause(WATCH_SECONDS * 1000, undefined, { signal: stop }).catch(() => {})
    // The host has logged a failure, and the next run tells whether it is over.
    if (!stop.aborted) await runTimer("verify-quick").catch(() => {})
  }
}

/** The page's address, with the key that a browser cannot send otherwise. */
export function pageAddress({ url, key }: Pick<Stack, "url" | "key">): string {
  return `${url}/api/reports/latest.html?code=${key}`
}
