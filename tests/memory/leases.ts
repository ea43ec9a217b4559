import type { Leases } from "../../shared/ports/leases.ts"
import { Problem } from "../../shared/problem.ts"
import { atOnce, type Turn } from "./turn.ts"

/** Who holds which name, and how a holder hears that it is his no more. */
export type LeaseShelf = Map<string, AbortController>

/** Leases in memory: they run out only when they are taken away. */
export function memoryLeases(shelf: LeaseShelf, turn: Turn = atOnce): Leases {
  return {
    async acquire(name) {
      await turn(`acquire ${name}`)
      if (shelf.has(name)) return undefined
      const held = new AbortController()
      shelf.set(name, held)
      return {
        signal: held.signal,
        async release() {
          await turn(`release ${name}`)
          if (shelf.get(name) === held) shelf.delete(name)
        },
      }
    },
  }
}

/** The lease goes to nobody; its holder hears of it, or works on in good faith. */
export function takeAway(shelf: LeaseShelf, name: string, told: boolean): void {
  const held = shelf.get(name)
  shelf.delete(name)
  if (told) held?.abort(new Problem("LEASE_LOST", `somebody else may hold ${name} by now`))
}
