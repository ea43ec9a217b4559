import { setTimeout as pause } from "node:timers/promises"
import { folderApp, type Outcome, type Plan, Problem } from "../shared/app.ts"
import { openBars } from "./bars.ts"
import { EXIT, logToStderr, print, problemLines } from "./output.ts"
import { openLines } from "./status.ts"

interface PublishOptions {
  json?: boolean
  dryRun?: boolean
  allowSameBytes?: boolean
  state: string
}

/** How often a failure that a retry can mend is tried again, and how long it is waited for at most, in seconds. */
const TRIES = 5
const LONGEST_PAUSE_SECONDS = 300

/** `slipway publish <folder>`: the pipeline on this machine. */
export async function publish(folder: string, options: PublishOptions): Promise<void> {
  const bars = openBars()
  try {
    const settings = { folder, stateDirectory: options.state, log: logToStderr, progress: bars.progress }
    const app = await folderApp(settings)
    const request = { asked: true, allowSameBytes: options.allowSameBytes === true }
    if (options.dryRun) showPlan(await app.plan(request, new AbortController().signal), options.json)
    else showOutcome(await patiently(() => app.publish(request)), options.json)
  } finally {
    bars.close()
  }
}

/** Tries again what a retry can mend, as late as the other side asks. */
async function patiently(work: () => Promise<Outcome>): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Problem && error.retryable)) throw error
      const seconds = error.retryAfterSeconds ?? 2 ** attempt
      if (attempt === TRIES || seconds > LONGEST_PAUSE_SECONDS) throw error
      logToStderr("warn", `trying again in ${seconds} s`)
      await pause(seconds * 1000)
    }
  }
}

function showOutcome({ tag, status, record }: Outcome, json: boolean | undefined): void {
  if (status === "busy") throw new Problem("LEASE_BUSY", `another run is at work on ${tag}`)
  const missing = `${tag} waits for ${record?.waitingFor?.join(", ") ?? "its files"}`
  const lines = () => {
    if (status === "complete") return [`${tag} is released: ${record?.release?.url}`]
    if (record?.problem) return openLines(record)
    return problemLines(new Problem("BATCH_INCOMPLETE", missing))
  }
  print(json, { tag, status, record }, lines())
  process.exitCode = status === "complete" ? EXIT.good : EXIT.blocked
}

function showPlan(plan: Plan, json: boolean | undefined): void {
  const steps = plan.steps.map((step, i) => {
    const { kind, ...details } = step
    const told = Object.entries(details).filter(
      ([, value]) => typeof value !== "object" && !String(value).includes("\n"),
    )
    return `${String(i + 1).padStart(3)}. ${kind} ${told.map(([, value]) => value).join(" ")}`
  })
  const waiting = plan.waitingFor ? [`waits for ${plan.waitingFor.join(", ")}`] : []
  const problem = plan.problem ? problemLines(plan.problem) : []
  const nothing = steps.length + waiting.length + problem.length === 0 ? ["nothing to do"] : []
  print(json, plan, [`Plan for ${plan.tag}`, ...steps, ...waiting, ...problem, ...nothing])
  process.exitCode = plan.problem || plan.waitingFor ? EXIT.blocked : EXIT.good
}
