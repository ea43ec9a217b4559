import type { BlockBlobClient } from "@azure/storage-blob"
import type { Leases } from "../../ports/leases.ts"
import { CONTAINERS } from "../../ports/names.ts"
import { connectBlobs, type StorageConnection } from "./connect.ts"
import { inContainer } from "./container.ts"
import { codeOf, exchangeWithin, statusOf } from "./exchange.ts"
import { keepLease } from "./keep-lease.ts"

interface BlobLeaseOptions {
  container?: string
  /** What the service keeps for a dead holder: 15 to 60. */
  durationSeconds?: number
  renewEverySeconds?: number
  /** How long after a renewal the lease is relied on: less than it lasts, so that the work has stopped when it ends. */
  trustSeconds?: number
}

/** Leases on empty blobs `locks/<name>`, which are made by the first to ask and stay. */
export async function blobLeases(connection: StorageConnection, options: BlobLeaseOptions = {}): Promise<Leases> {
  const {
    container: containerName = CONTAINERS.state,
    durationSeconds = 30,
    renewEverySeconds = 10,
    trustSeconds = 25,
  } = options
  const exchange = exchangeWithin(connection.deadlineMs)
  const container = (await connectBlobs(connection)).getContainerClient(containerName)

  return {
    async acquire(name) {
      const blob = container.getBlockBlobClient(`locks/${name}`)
      const lease = blob.getBlobLeaseClient()
      const askedAtMs = performance.now()
      const taken = await exchange(`lease ${containerName}/locks/${name}`, async (abortSignal) => {
        const take = () => lease.acquireLease(durationSeconds, { abortSignal }).then(() => true, heldOrThrow)
        try {
          return await take()
        } catch (error) {
          if (statusOf(error) !== 404) throw error
          await inContainer(container, abortSignal, () => makeEmpty(blob, abortSignal))
          return await take()
        }
      })
      return taken ? keepLease(lease, name, { askedAtMs, renewEverySeconds, trustSeconds }) : undefined
    },
  }
}

/** False: not taken, because somebody else has it. */
function heldOrThrow(error: unknown): false {
  if (codeOf(error) === "LeaseAlreadyPresent" || codeOf(error) === "LeaseIsBreakingAndCannotBeAcquired") return false
  throw error
}

async function makeEmpty(blob: BlockBlobClient, abortSignal: AbortSignal): Promise<void> {
  try {
    await blob.upload("", 0, { abortSignal, conditions: { ifNoneMatch: "*" } })
  } catch (error) {
    // Made, or made and leased, by somebody else a moment ago.
    if (statusOf(error) !== 409 && statusOf(error) !== 412) throw error
  }
}
