import type { Channels } from "../alerts/deliver.ts"
import type { CheckWorld } from "../checks/world.ts"
import { type Config, type Settings, secretNames } from "../config/config.ts"
import type { Leases } from "../ports/leases.ts"
import { CONTAINERS, QUEUES } from "../ports/names.ts"
import type { Queue } from "../ports/queue.ts"
import { messageFor } from "../release/wake.ts"
import type { World } from "../release/world.ts"
import { keepNotebook } from "../verify/notebook.ts"
import type { VerifyDesk } from "../verify/verify.ts"
import { layoutOf, now, policyOf } from "./configuration.ts"
import { connectGithub, githubWorld, permissionsOf } from "./github.ts"
import { hasStorage, inboxOf, storageConnection } from "./storage.ts"
import { secretOf, vaultOf } from "./vault.ts"
import { vmOf } from "./vm.ts"

/** All that checks look at, as far as the settings lead there: what they do not name is skipped. `known` is connected already. */
export async function checkWorld(
  config: Config,
  settings: Settings,
  known?: Pick<World, "releases" | "workspace" | "inbox" | "state" | "leases">,
): Promise<CheckWorld> {
  const { webClient } = await import("../adapters/web/web.ts")
  const [connected, storage, vm, vault] = await Promise.all([
    known ?? githubWorld(config, settings),
    hasStorage(settings) ? storageOf(settings, known) : undefined,
    vmOf(config, settings, known?.leases ?? (await leasesOf(settings))),
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
    manifestNow: layoutOf(config).manifestNow,
    deep: false,
    now,
  }
}

/** From a terminal too, nobody runs a command on the VM while the app does: where the settings lead to its storage. */
async function leasesOf(settings: Settings): Promise<Leases | undefined> {
  if (!hasStorage(settings)) return undefined
  const { blobLeases } = await import("../adapters/azure/blob-leases.ts")
  return blobLeases(storageConnection(settings))
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
    known?.state ?? blobStore(connection, CONTAINERS.state),
    poisonQueue(connection, QUEUES.events),
  ])
  return { inbox, state, poison }
}

/** What all runs share; the notebook is opened by each with its own log. */
export type Desk = Omit<VerifyDesk, "log" | "notebook"> & { notebook: ReturnType<typeof keepNotebook> }

/** Everything a run that is remembered needs. `world` and `queue` are the functions' own. */
export async function verifyDesk(config: Config, settings: Settings, world: World, queue: Queue): Promise<Desk> {
  const { blobStore } = await import("../adapters/azure/blob-store.ts")
  const [checks, reports, channels] = await Promise.all([
    checkWorld(config, settings, world),
    blobStore(storageConnection(settings), CONTAINERS.reports),
    channelsOf(config, settings),
  ])
  return {
    world: checks,
    notebook: keepNotebook(reports),
    reports,
    state: world.state,
    wake: (tag) => queue.send(messageFor({ tag })),
    channels,
  }
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
