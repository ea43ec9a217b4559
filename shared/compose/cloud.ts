import type { Config, Settings } from "../config/config.ts"
import { CONTAINERS, QUEUES } from "../ports/names.ts"
import type { Queue } from "../ports/queue.ts"
import type { Log, World } from "../release/world.ts"
import { now, policyOf } from "./configuration.ts"
import { githubWorld } from "./github.ts"
import { inboxOf, storageConnection } from "./storage.ts"
import { serverOf } from "./vm.ts"

/** The world of the functions: a storage account and GitHub. SDKs are loaded here, at the first call, and nowhere before. */
export async function cloudWorld(
  config: Config,
  settings: Settings,
): Promise<{ world: World; queue: Queue; proofs: Queue }> {
  const { blobStore } = await import("../adapters/azure/blob-store.ts")
  const { blobLeases } = await import("../adapters/azure/blob-leases.ts")
  const { storageQueue } = await import("../adapters/azure/storage-queue.ts")
  const connection = storageConnection(settings)
  const [inbox, state, leases, queue, proofs, github] = await Promise.all([
    inboxOf(settings),
    blobStore(connection, CONTAINERS.state),
    blobLeases(connection),
    storageQueue(connection, QUEUES.events),
    storageQueue(connection, QUEUES.released),
    githubWorld(config, settings),
  ])
  const policy = policyOf(config, { keepInbox: false })
  const server = await serverOf(config, settings, leases)
  return {
    world: { ...github, policy, inbox, ...(server && { server }), state, leases, now, log: silent },
    queue,
    proofs,
  }
}

const silent: Log = () => {}
