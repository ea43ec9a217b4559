import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type RunCommand, startRunCommand } from "../../../infra/local/azure/run-command.ts"
import { runCommandMachine } from "../../../shared/adapters/azure/run-command.ts"
import { runChecks } from "../../../shared/checks/run.ts"
import { openSight, type Sight } from "../../../shared/checks/sight.ts"
import { vmManifest } from "../../../shared/checks/vm-manifest.ts"
import { vmSecret } from "../../../shared/checks/vm-secret.ts"
import type { CheckWorld, VmSettings } from "../../../shared/checks/world.ts"
import type { Machine } from "../../../shared/ports/machine.ts"
import { Problem } from "../../../shared/problem.ts"
import { CANARY, canariesIn, scratchFolder } from "../vm/shell-machine.ts"

const MANIFEST = '{"version": "1.6.1.44"}\n'
const CHECKS = [vmSecret, vmManifest]

const files = (manifest: string) => new Map([["manifest.json", manifest]])

/** The eyes of one run, on a VM and a workspace; nothing else is looked at. */
function sightOf(vm: VmSettings | undefined, seen: Map<string, string> | Problem = files(MANIFEST)): Sight {
  const read = async () => {
    if (seen instanceof Problem) throw seen
    return { head: "0".repeat(40), files: seen }
  }
  const world: Partial<CheckWorld> = {
    policy: { versionPath: "VERSION", manifestPath: "manifest.json" } as CheckWorld["policy"],
    workspace: { read } as unknown as CheckWorld["workspace"],
    versionPoints: [],
    now: () => new Date("2026-11-22T10:00:00.000Z"),
    ...(vm && { vm }),
  }
  return openSight(world as CheckWorld)
}

describe("the checks of the VM", () => {
  let arm: RunCommand
  let machine: Machine
  let folder = ""
  let remove = async () => {}
  let vm: VmSettings

  beforeEach(async () => {
    const scratch = await scratchFolder()
    folder = scratch.folder
    remove = scratch.remove
    arm = await startRunCommand({ root: join(folder, "run-command") })
    machine = await runCommandMachine({
      subscriptionId: "00000000-0000-4000-8000-000000000000",
      resourceGroup: "group",
      name: "vm",
      armUrl: arm.url,
      credential: {},
      busyWaitMs: 20,
      pauseMs: 10,
      pollMs: 10,
    })
    vm = { machine, envFile: join(folder, "config.env"), manifest: join(folder, "manifest.json"), secret: "KEY" }
    await writeFile(vm.envFile, `KEY=${CANARY}\n`)
    await writeFile(vm.manifest, MANIFEST)
  })
  afterEach(async () => {
    await arm.close()
    await remove()
  })

  const runs = () => arm.calls.filter((call) => call.startsWith("POST")).length
  async function verify(sight = sightOf(vm)) {
    const results = await runChecks(CHECKS, sight)
    expect(canariesIn(results)).toEqual([])
    return results.map(({ outcome, findings }) =>
      [outcome, ...findings.map(({ code }) => code)].filter(Boolean).join(" "),
    )
  }

  it("pass where both are as they should be, with one command for both", async () => {
    expect(await verify()).toEqual(["pass", "pass"])
    expect(runs()).toBe(1)
  })

  it("look again in the next run", async () => {
    await verify()
    await writeFile(vm.envFile, "KEY=\n")
    await writeFile(vm.manifest, `${MANIFEST}\n`)
    expect(await verify()).toEqual(["fail VM_SECRET_MISSING", "fail VM_MANIFEST_DIFFERS"])
    expect(runs()).toBe(2)
  })

  it("fail each for itself", async () => {
    await writeFile(vm.manifest, MANIFEST.replace("44", "43"))
    expect(await verify()).toEqual(["pass", "fail VM_MANIFEST_DIFFERS"])
    await mkdir(join(folder, "env"))
    expect(await verify(sightOf({ ...vm, envFile: join(folder, "env") }, files(MANIFEST.replace("44", "43"))))).toEqual(
      ["fail VM_SECRET_MISSING", "pass"],
    )
  })

  it("are skipped without a VM", async () => {
    expect(await verify(sightOf(undefined))).toEqual(["skip", "skip"])
    expect(runs()).toBe(0)
  })

  it("do not need a manifest in the workspace, or the workspace", async () => {
    expect(await verify(sightOf(vm, new Map()))).toEqual(["pass", "skip"])
    const away = new Problem("GITHUB_UNREACHABLE", "GitHub is away")
    expect(await verify(sightOf(vm, away))).toEqual(["pass", "warn VM_MANIFEST_DIFFERS"])
  })

  it.each([
    ["stopped", "VM_STOPPED", 1],
    ["busy", "VM_BUSY", 3],
    ["read-only", "SUBSCRIPTION_READ_ONLY", 1],
    ["forbidden", "VM_FORBIDDEN", 1],
    ["missing", "VM_NOT_FOUND", 1],
    ["unauthorized", "AZURE_UNAUTHORIZED", 1],
    ["cut", "VM_ANSWER_CUT", 1],
  ] as const)("both fail with what is wrong when the VM is %s, and ask for one", async (state, code, asked) => {
    arm.setState(state)
    expect(await verify()).toEqual([`fail ${code}`, `fail ${code}`])
    expect(runs()).toBe(asked)
  })
})

describe("one look for several checks", () => {
  const silent: Machine = {
    name: "vm",
    run: (_script, _parameters, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  }
  const vm = { machine: silent, envFile: "/e", manifest: "/m", secret: "KEY" }
  afterEach(() => void vi.useRealTimers())

  it("has a time limit of its own, shorter than theirs", async () => {
    vi.useFakeTimers()
    const running = runChecks(CHECKS, sightOf(vm))
    await vi.advanceTimersByTimeAsync(120_000)
    for (const { findings } of await running) {
      expect(findings).toMatchObject([{ code: "CHECK_TIMEOUT", message: "vm gives no answer within 120 s" }])
    }
  })

  it("goes on for one when the other gives up, and ends when nobody waits", async () => {
    const signals: AbortSignal[] = []
    const machine: Machine = {
      name: "vm",
      run: (script, parameters, signal) => {
        signals.push(signal)
        return silent.run(script, parameters, signal)
      },
    }
    const sight = sightOf({ ...vm, machine })
    const [one, other] = [new AbortController(), new AbortController()]
    const looks = Promise.allSettled([vmSecret.run(sight, one.signal), vmManifest.run(sight, other.signal)])
    one.abort(new Error("one"))
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    const reason = new Error("other")
    other.abort(reason)
    expect(signals[0]?.reason).toBe(reason)
    expect(await looks).toMatchObject([{ reason }, { reason }])
  })
})
