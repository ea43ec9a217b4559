import { VM_TURN_MS } from "../checks/vm-look.ts"
import type { VmSettings } from "../checks/world.ts"
import type { Config, Settings } from "../config/config.ts"
import type { Leases } from "../ports/leases.ts"
import type { Machine } from "../ports/machine.ts"
import type { ManifestPlace } from "../ports/manifest-place.ts"
import { Problem } from "../problem.ts"
import { identityOf } from "./storage.ts"

/** The VM as checks look at it; undefined where the configuration names none. `leases` keep others away meanwhile. */
export async function vmOf({ vm }: Config, settings: Settings, leases?: Leases): Promise<VmSettings | undefined> {
  if (!vm) return undefined
  const { oneAtATime } = await import("../vm/one-at-a-time.ts")
  const { envFile, secret, manifest } = vm
  const machine = oneAtATime(await machineOf(vm, settings), leases, { waitMs: VM_TURN_MS })
  return { machine, envFile, secret, manifest }
}

/** Where the update server reads the manifest; undefined where the configuration names no VM. */
export async function serverOf({ vm }: Config, settings: Settings, leases: Leases): Promise<ManifestPlace | undefined> {
  if (!vm) return undefined
  const { manifestPlace } = await import("../vm/manifest-place.ts")
  return manifestPlace({ machine: await machineOf(vm, settings), leases, manifest: vm.manifest })
}

/** The VM for a person who asks now: whoever is at work on it is told of at once, instead of being waited for. */
export async function vmNow({ vm }: Config, settings: Settings): Promise<VmSettings | undefined> {
  if (!vm) return undefined
  const { envFile, secret, manifest } = vm
  return { machine: await machineOf(vm, settings, { busyWaitMs: 0 }), envFile, secret, manifest }
}

/** Loads its SDK at its first run. */
async function machineOf(
  { resourceGroup, name }: NonNullable<Config["vm"]>,
  settings: Settings,
  patience: { busyWaitMs?: number } = {},
): Promise<Machine> {
  const { AZURE_SUBSCRIPTION_ID: subscriptionId, AZURE_RESOURCE_MANAGER_URL: armUrl } = settings
  if (!subscriptionId) return nowhere(name)
  const { runCommandMachine } = await import("../adapters/azure/run-command.ts")
  const credential = identityOf(settings)
  return runCommandMachine({ subscriptionId, resourceGroup, name, armUrl, credential, ...patience })
}

/** A VM that the configuration names and the settings do not lead to. */
function nowhere(name: string): Machine {
  return {
    name,
    run: async () => {
      throw new Problem("SETTINGS_INVALID", `AZURE_SUBSCRIPTION_ID is not set, so the VM ${name} cannot be found`)
    },
  }
}
