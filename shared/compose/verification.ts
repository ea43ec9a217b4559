import type { Channels } from "../alerts/deliver.ts"
import type { CheckWorld, VmSettings } from "../checks/world.ts"
import { type Config, type Settings, secretNames } from "../config/config.ts"
import type { Machine } from "../ports/machine.ts"
import { Problem } from "../problem.ts"
import type { World } from "../release/world.ts"
import { keepNotebook } from "../verify/notebook.ts"
import type { VerifyDesk } from "../verify/verify.ts"
import { now, policyOf } from "./configuration.ts"
import { connectGithub, githubWorld, permissionsOf } from "./github.ts"
import { hasStorage, identityOf, inboxOf, storageConnection } from "./storage.ts"
import { secretOf, vaultOf } from "./vault.ts"

/** All that checks look at, as far as the settings lead there: what they do not name is skipped. `known` is connected already. */
export async function checkWorld(
  config: Config,
  settings: Settings,
  known?: Pick<World, "releases" | "workspace" | "inbox" | "state">,
): Promise<CheckWorld> {
  const { webClient } = await import("../adapters/web/web.ts")
  const [connected, storage, vm, vault] = await Promise.all([
    known ?? githubWorld(config, settings),
    hasStorage(settings) ? storageOf(settings, known) : undefined,
    vmOf(config, settings),
    vaultOf(settings),
  ])
  const { endpoints, versionPoints } = config
  return {
    policy: policyOf(config, { keepInbox: false }),
    releases: connected.releases,
    workspace: connected.workspace,
    permissions: () => permissionsOf(config, settings),
    web: webClient(),
    ...(storage && { storage }),
    ...(endpoints && { endpoints }),
    ...(vm && { vm }),
    ...(vault && { vault: { vault, names: secretNames(settings) } }),
    versionPoints,
    deep: false,
    now,
  }
}

async function storageOf(
  settings: Settings,
  known?: Pick<World, "inbox" | "state">,
): Promise<NonNullable<CheckWorld["storage"]>> {
  const { blobStore } = await import("../adapters/azure/blob-store.ts")
  const { poisonQueue } = await import("../adapters/azure/poison-queue.ts")
  const connection = storageConnection(settings)
  const [inbox, state, poison] = await Promise.all([
    known?.inbox ?? inboxOf(settings),
    known?.state ?? blobStore(connection, "state"),
    poisonQueue(connection, "inbox-events"),
  ])
  return { inbox, state, poison }
}

async function vmOf({ vm }: Config, settings: Settings): Promise<VmSettings | undefined> {
  if (!vm) return undefined
  const { resourceGroup, name, envFile, secret, manifest } = vm
  const { AZURE_SUBSCRIPTION_ID: subscriptionId, AZURE_RESOURCE_MANAGER_URL: armUrl } = settings
  if (!subscriptionId) return { machine: nowhere(name), envFile, secret, manifest }
  const { runCommandMachine } = await import("../adapters/azure/run-command.ts")
  const machine = await runCommandMachine({
    subscriptionId,
    resourceGroup,
    name,
    armUrl,
    credential: identityOf(settings),
  })
  return { machine, envFile, secret, manifest }
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

/** Everything a run that is remembered needs. `world` is the functions' own. */
export async function verifyDesk(config: Config, settings: Settings, world: World): Promise<Omit<VerifyDesk, "log">> {
  const { blobStore } = await import("../adapters/azure/blob-store.ts")
  const [checks, reports, channels] = await Promise.all([
    checkWorld(config, settings, world),
    blobStore(storageConnection(settings), "reports"),
    channelsOf(config, settings),
  ])
  return { world: checks, notebook: keepNotebook(reports, world.log), reports, state: world.state, channels }
}

async function channelsOf({ alerts }: Config, settings: Settings): Promise<Channels> {
  const { webhook: address } = settings
  const { webhook } = await import("../adapters/web/webhook.ts")
  const { githubIncidents } = await import("../adapters/github/incidents.ts")
  return {
    ...(address && {
      webhook: { hook: webhook({ address: secretOf(address, settings) }), format: alerts?.format ?? "json" },
    }),
    ...(alerts?.issuesIn && { incidents: githubIncidents(await connectGithub(settings), alerts.issuesIn) }),
  }
}
