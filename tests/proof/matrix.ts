import { afterAll, describe, expect, it, vi } from "vitest"
import { pick } from "../../infra/local/sample/noise.ts"
import { startStorage } from "../../infra/local/storage/storage.ts"
import { environment } from "../../shared/app.ts"
import { githubContract } from "../github-contract.ts"
import { temporaryFolder } from "../stack.ts"
import { type CleanCall, FAULTS, type Fault } from "./faults.ts"
import { ghReads } from "./gh-reads.ts"
import { runCase, runClean } from "./run-case.ts"
import { SCENARIOS, type Scenario } from "./scenarios.ts"
import { setStage } from "./stage.ts"

/**
 * Every call to GitHub and the VM meets every fault. Of the calls to the storage, which are much the same in most scenarios, each of a
 * fresh release meets one, and some of the others; the seed chooses. `all` is every one, and takes a quarter of an hour.
 */
const SEED = environment.SLIPWAY_PROOF_SEED ?? "2026"

/** A case is told, and run alone, by its name: `npx vitest run tests/proof -t "a fresh release: github PATCH releases/{id} #1 meets 500"`. */
interface Case {
  name: string
  clean: CleanCall
  fault: Fault
}

// Most of the time a case waits, for a deadline or a second try.
vi.setConfig({ maxConcurrency: 24, testTimeout: 240_000 })

/** Proves scenarios: every call of a run meets every fault, and the world ends as if it had not. */
export async function proveAll(names: readonly string[]): Promise<void> {
  const temporary = await temporaryFolder()
  const storage = await startStorage({ directory: temporary.folder })
  afterAll(async () => {
    await storage.close()
    await temporary.remove()
  })
  for (const name of names) await prove(named(name), storage)
}

async function prove(scenario: Scenario, storage: Awaited<ReturnType<typeof startStorage>>): Promise<void> {
  const stage = await setStage(scenario)
  afterAll(() => stage.strike())
  const contract = githubContract()
  const ground = { storage, template: stage.directory, observe: contract.observe }
  const clean = await runClean(scenario, ground)
  const cases = clean.calls.flatMap((call) => casesOf(scenario, call))

  describe(scenario.name, () => {
    it("ends well when nothing goes wrong", () => {
      expect(clean).toMatchObject({ endings: [scenario.ends], broken: [], leaked: [] })
      expect(clean.end).toMatchObject(scenario.end)
    })

    for (const { name, clean: call, fault } of cases)
      it.concurrent(`${scenario.name}: ${name}`, async () => {
        const { endings, ...verdict } = await runCase(scenario, ground, call, fault)
        expect(verdict).toEqual({ met: true, broken: [], leaked: [], end: clean.end })
        expect(endings.at(-1)).toBe(scenario.ends)
        // What passes by itself is nothing that a person must see to.
        expect(
          endings.filter((ending) => ending !== scenario.ends && !/retryable|busy|failed|LEASE_LOST/.test(ending)),
        ).toEqual([])
      })

    it("was told nothing by GitHub's look-alike that GitHub does not describe", () => {
      expect(contract.faults).toEqual([])
      expect(contract.checked).toBeGreaterThan(cases.length)
    })

    ghReads(scenario, ground)
  })
}

function casesOf(scenario: Scenario, clean: CleanCall): Case[] {
  const { name, storageEvery = 9 } = scenario
  const all = FAULTS.filter((fault) => fault.befalls(clean) && !(fault.draftOnly && scenario.public)).map((fault) => ({
    name: `${clean.call.key} meets ${fault.name}`,
    clean,
    fault,
  }))
  if (clean.call.service !== "storage" || SEED === "all") return all
  const drawn = `${SEED} ${name} ${clean.call.key}`
  return pick(`whether ${drawn}`, storageEvery) === 0 ? all.slice(pick(drawn, all.length)).slice(0, 1) : []
}

function named(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (!found) throw new Error(`there is no scenario ${name}`)
  return found
}
