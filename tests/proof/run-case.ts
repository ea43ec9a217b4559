import type { Exchange } from "../../infra/local/github/index.ts"
import type { LocalStorage } from "../../infra/local/storage/storage.ts"
import { asProblem } from "../../shared/problem.ts"
import { openProofDesk, PATIENT_MS, type ProofDesk } from "./desk.ts"
import { endOf } from "./end.ts"
import type { CleanCall, Fault } from "./faults.ts"
import { TAG } from "./fill.ts"
import { leaksOf } from "./leaks.ts"
import { startObserver } from "./observer.ts"
import type { Scenario } from "./scenarios.ts"
import type { Reply } from "./wire.ts"

/** How one case went. */
export interface Verdict {
  /** Whether the call that was to be met was met. */
  met: boolean
  /** How the runs ended, the one with the fault first. */
  endings: string[]
  /** The promises that were broken, at whatever moment. */
  broken: string[]
  /** Where a secret was spoken of or written down. */
  leaked: string[]
  end: Awaited<ReturnType<typeof endOf>>
}

export interface Ground {
  storage: LocalStorage
  template: string
  observe?: (exchange: Exchange) => void
}

/** How often a run may be woken until nothing is left to do: the queue delivers five times, and then the sweep goes on. */
const DELIVERIES = 6

/** How long a hang is borne, in milliseconds: first as long as should do, then as long as a busy machine may need to come to it. */
const HANG_MS = [3000, PATIENT_MS]

/** Runs a scenario without a fault; answers its calls, how it ended, and the world after it. */
export async function runClean(
  scenario: Scenario,
  ground: Ground,
  afterwards?: (desk: ProofDesk) => Promise<unknown>,
): Promise<Verdict & { calls: CleanCall[] }> {
  const calls: CleanCall[] = []
  const verdict = await played(scenario, ground, async (desk, { look }) => {
    desk.wire.fate = async (call, forward) => {
      const reply = await forward()
      await look(call)
      const before = call.reads && calls.find((one) => question(one.call) === question(call))?.reply
      calls.push({ call, reply, ...(before && { before }) })
      return reply
    }
    const ending = await runOnce(scenario, desk)
    await afterwards?.(desk)
    return [ending]
  })
  return { ...verdict, calls }
}

function question({ service, method, path, body }: CleanCall["call"]): string {
  return `${service} ${method} ${path} ${body}`
}

/** Runs a scenario with a fault at one call, and then without until nothing is left to do. */
export async function runCase(scenario: Scenario, ground: Ground, clean: CleanCall, fault: Fault): Promise<Verdict> {
  if (!fault.slow) return withFault(scenario, ground, clean, fault)
  for (const patienceMs of HANG_MS) {
    const verdict = await withFault(scenario, ground, clean, fault, patienceMs)
    if (verdict.met) return verdict
  }
  throw new Error(`no run came to ${clean.call.key} in time`)
}

async function withFault(
  scenario: Scenario,
  ground: Ground,
  clean: CleanCall,
  fault: Fault,
  patienceMs?: number,
): Promise<Verdict> {
  let met = false
  const answers = new Map<string, Reply>()
  const verdict = await played(scenario, ground, async (desk, { look }) => {
    let dead = false
    desk.wire.fate = async (call, forward) => {
      if (dead) return "break"
      const seen = async () => {
        const reply = await forward()
        await look(call)
        if (!answers.has(question(call))) answers.set(question(call), reply)
        return reply
      }
      if (met || call.key !== clean.call.key) return (met && fault.lasts?.(call)) || seen()
      met = true
      const die = () => {
        dead = true
      }
      return fault.happens({ call, before: answers.get(question(call)), desk, forward: seen, die })
    }
    const endings = [await runOnce(scenario, desk, patienceMs)]

    if (desk.wire.gone()) await desk.wire.comeBack()
    desk.github.setIntercept(undefined)
    desk.wire.fate = async (call, forward) => {
      const reply = await forward()
      await look(call)
      return reply
    }
    while (endings.length <= DELIVERIES) {
      await desk.expireLeases()
      endings.push(await runOnce(scenario, desk))
      if (endings.at(-1) === scenario.ends) break
    }
    return endings
  })
  return { ...verdict, met }
}

async function played(
  scenario: Scenario,
  ground: Ground,
  play: (desk: ProofDesk, observer: ReturnType<typeof startObserver>) => Promise<string[]>,
): Promise<Verdict> {
  const { storage, template, observe } = ground
  const desk = await openProofDesk({ storage, template, vm: scenario.vm ?? false, ...(observe && { observe }) })
  try {
    await scenario.prepare(desk)
    const observer = startObserver(desk, { tag: TAG, files: scenario.files })
    await observer.begin()
    const endings = await play(desk, observer)
    await observer.look()
    desk.wire.fate = (_call, forward) => forward()
    const end = await endOf(desk)
    return { met: true, endings, broken: [...observer.broken], leaked: await leaksOf(desk), end }
  } finally {
    await desk.close()
  }
}

/** A run as a process would make it, in a world of its own: its status, or the code that it threw. */
async function runOnce(scenario: Scenario, desk: ProofDesk, patienceMs?: number): Promise<string> {
  desk.wire.recount()
  try {
    return (await scenario.run(await desk.makeWorld(patienceMs))).status
  } catch (error) {
    const problem = asProblem(error)
    desk.spoken.push(`${problem.stack}\n${JSON.stringify(problem.summary())}`)
    return problem.retryable ? `${problem.code}, retryable` : problem.code
  }
}
