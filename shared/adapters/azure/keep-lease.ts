import type { BlobLeaseClient } from "@azure/storage-blob"
import type { Lease } from "../../ports/leases.ts"
import { Problem } from "../../problem.ts"
import { exchange } from "./exchange.ts"

interface KeepOptions {
  /** When the lease was asked for, on the clock of `performance.now()`: it began no earlier. */
  askedAtMs: number
  renewEverySeconds: number
  trustSeconds: number
}

/** Giving back is a courtesy: nobody should wait for it. */
const releaseDeadlineMs = 5000

/** Renews a lease that was just taken, until it is given back or lost. Keeps no process alive. */
export function keepLease(lease: BlobLeaseClient, name: string, options: KeepOptions): Lease {
  const { askedAtMs, renewEverySeconds, trustSeconds } = options
  const lost = new AbortController()
  const renewal = setInterval(renew, renewEverySeconds * 1000).unref()
  let expiry: NodeJS.Timeout | undefined
  let trustedUntilMs = 0
  trustFrom(askedAtMs)

  function trustFrom(atMs: number) {
    clearTimeout(expiry)
    trustedUntilMs = atMs + trustSeconds * 1000
    expiry = setTimeout(expire, trustedUntilMs - performance.now()).unref()
  }

  function expire() {
    lose(leaseLost(name, `could not be renewed for ${trustSeconds} s`))
  }

  async function renew() {
    const sentAtMs = performance.now()
    try {
      await exchange(`renew the lease of ${name}`, (abortSignal) => lease.renewLease({ abortSignal }), {
        deadlineMs: trustSeconds * 1000,
        on: { 404: () => gone(name), 409: () => gone(name), 412: () => gone(name) },
      })
      if (expiry) trustFrom(sentAtMs)
    } catch (error) {
      // An outage may pass before the lease ends: the next renewal tells, or the expiry.
      if (expiry && error instanceof Problem && error.code === "LEASE_LOST") lose(error)
    }
  }

  function lose(problem: Problem) {
    stop()
    lost.abort(problem)
  }

  function stop() {
    clearInterval(renewal)
    clearTimeout(expiry)
    expiry = undefined
  }

  return {
    /** A process that was frozen meets its answers before its timers: the clock is looked at as well. */
    get signal() {
      if (expiry && performance.now() >= trustedUntilMs) expire()
      return lost.signal
    },
    async release() {
      stop()
      const give = (abortSignal: AbortSignal) => lease.releaseLease({ abortSignal })
      await exchange(`release ${name}`, give, { deadlineMs: releaseDeadlineMs }).catch(() => {})
    },
  }
}

function leaseLost(name: string, reason: string): Problem {
  return new Problem("LEASE_LOST", `The lease of ${name} ${reason}`)
}

function gone(name: string): never {
  throw leaseLost(name, "was taken away")
}
