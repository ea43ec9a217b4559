import { once } from "node:events"
import { beforeEach, describe, expect, it } from "vitest"
import type { Lease, Leases } from "../../shared/ports/leases.ts"

export interface LeasesWorld {
  /** Two that know nothing of each other. */
  here: Leases
  there: Leases
  /** Lets the lease of a name go to nobody, behind its holder's back. */
  takeAway(name: string): Promise<void>
}

/** What all leases must do. `open` answers ones whose place does not exist yet, and which notice a loss soon. */
export function leasesContract(adapter: string, open: () => Promise<LeasesWorld>): void {
  describe(`leases: ${adapter}`, () => {
    let world: LeasesWorld
    beforeEach(async () => {
      world = await open()
    })

    it("gives a name to one at a time", async () => {
      const lease = await taken(world.here, "v1.2.3.4")
      expect(await world.there.acquire("v1.2.3.4")).toBeUndefined()
      expect(await world.here.acquire("v1.2.3.4")).toBeUndefined()
      expect(lease.signal.aborted).toBe(false)
      await lease.release()
    })

    it("gives other names at the same time", async () => {
      const leases = [await taken(world.here, "v1.2.3.4"), await taken(world.there, "v1.2.3.45")]
      for (const lease of leases) await lease.release()
    })

    it("gives a name again once it was given back", async () => {
      await (await taken(world.here, "v1.2.3.4")).release()
      const lease = await taken(world.there, "v1.2.3.4")
      await lease.release()
      expect(lease.signal.aborted).toBe(false)
    })

    it("lets one of many win that ask at once", async () => {
      const asked = Array.from({ length: 8 }, (_, index) => (index % 2 ? world.here : world.there).acquire("v1.2.3.4"))
      const leases = (await Promise.all(asked)).filter((lease) => lease !== undefined)
      expect(leases).toHaveLength(1)
      await leases[0]?.release()
    })

    it("tells the holder that the lease was taken away", async () => {
      const lease = await taken(world.here, "v1.2.3.4")
      await world.takeAway("v1.2.3.4")
      if (!lease.signal.aborted) await once(lease.signal, "abort")
      expect(lease.signal.reason).toMatchObject({ code: "LEASE_LOST" })
      await lease.release()
    })

    it("does not take from the next holder what a loser gives back", async () => {
      const loser = await taken(world.here, "v1.2.3.4")
      await world.takeAway("v1.2.3.4")
      const holder = await taken(world.there, "v1.2.3.4")
      await loser.release()
      expect(await world.here.acquire("v1.2.3.4")).toBeUndefined()
      await holder.release()
    })

    it("finds no fault in giving back twice", async () => {
      const lease = await taken(world.here, "v1.2.3.4")
      await lease.release()
      await lease.release()
    })
  })
}

/** The lease, which must be free. */
export async function taken(leases: Leases, name: string): Promise<Lease> {
  const lease = await leases.acquire(name)
  if (!lease) throw new Error(`${name} is not free`)
  return lease
}
