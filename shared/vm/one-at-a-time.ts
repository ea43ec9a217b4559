import { setTimeout as delay } from "node:timers/promises"
import type { Lease, Leases } from "../ports/leases.ts"
import type { Machine } from "../ports/machine.ts"
import { Problem } from "../problem.ts"

/** How long to wait for another run of Slipway to leave the VM, and between two tries. */
export interface Wait {
  /** Default: four minutes. */
  waitMs?: number
  pauseMs?: number
}

/**
 * Does work on a VM while nobody else of all instances does, by a lease of its own: `vm/NAME`. The work's signal aborts with the
 * given one, and when the lease is lost: then that is VM_BUSY. Without leases it just works. Throws what the work and the leases throw,
 * VM_BUSY, or the reason of the signal.
 */
export async function whileHeld<T>(
  machine: Machine,
  leases: Leases | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  wait: Wait = {},
): Promise<T> {
  if (!leases) return work(signal)
  const lease = await held(machine, leases, signal, wait)
  try {
    const both = AbortSignal.any([signal, lease.signal])
    both.throwIfAborted()
    return await work(both)
  } catch (error) {
    // It says that the release is another run's by now; here only the VM is.
    if (!signal.aborted && error === lease.signal.reason) throw turnLost(machine, error)
    throw error
  } finally {
    await lease.release()
  }
}

/** A machine that waits for its turn before every run. Besides a Machine's own codes it throws what the leases throw. */
export function oneAtATime(machine: Machine, leases: Leases | undefined, wait: Wait = {}): Machine {
  return {
    name: machine.name,
    run: (script, parameters, signal) =>
      whileHeld(machine, leases, signal, (turn) => machine.run(script, parameters, turn), wait),
  }
}

function turnLost({ name }: Machine, cause: unknown): Problem {
  const remedy = "Nothing to do: it is tried again, after whoever is at work there now."
  return new Problem("VM_BUSY", `the turn on ${name} was lost before its end was seen`, { remedy, cause })
}

async function held({ name }: Machine, leases: Leases, signal: AbortSignal, wait: Wait): Promise<Lease> {
  const { waitMs = 240_000, pauseMs = 3000 } = wait
  const endMs = performance.now() + waitMs
  for (;;) {
    signal.throwIfAborted()
    const lease = await leases.acquire(`vm/${name}`)
    if (lease) return lease
    if (performance.now() + pauseMs > endMs) {
      const remedy = "Nothing to do: it is tried again. A run that has died is forgotten within a minute."
      throw new Problem("VM_BUSY", `another run of Slipway has been holding ${name} for ${waitMs / 1000} s`, { remedy })
    }
    // Ends early, without an error, when the signal does.
    await delay(pauseMs, undefined, { signal }).catch(() => {})
  }
}
