import type { Leases } from "../../../shared/ports/leases.ts"
import { Problem } from "../../../shared/problem.ts"

/** Leases of this process alone, to look at. */
export function memoryLeases() {
  const held = new Map<string, AbortController>()
  const leases: Leases = {
    async acquire(name) {
      if (held.has(name)) return undefined
      const lost = new AbortController()
      held.set(name, lost)
      return {
        signal: lost.signal,
        async release() {
          if (held.get(name) === lost) held.delete(name)
        },
      }
    },
  }
  return {
    ...leases,
    names: () => [...held.keys()],
    /** Somebody else may hold it by now. */
    lose(name: string) {
      held.get(name)?.abort(new Problem("LEASE_LOST", `${name} is somebody else's`))
      held.delete(name)
    },
  }
}
