import { mkdir } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import type { Leases } from "../../ports/leases.ts"
import { Problem } from "../../problem.ts"
import { onDisk } from "./disk.ts"
import { type LockTimes, takeLock } from "./lock-file.ts"
import { below } from "./paths.ts"

/**
 * Leases between processes that see the same directory: a lock `<name>.lock` in it. That of a holder which died on this
 * machine is free at once, that of any other after `staleMs`.
 */
export function fileLeases(directory: string, times: Partial<LockTimes> = {}): Leases {
  const { staleMs = 20_000, renewEveryMs = 5000 } = times
  const root = resolve(directory)
  return {
    acquire: (name) =>
      onDisk(`lock ${name}`, async () => {
        const file = below(root, `${name}.lock`)
        await mkdir(dirname(file), { recursive: true })
        const lock = await takeLock(file, { staleMs, renewEveryMs })
        if (!lock) return undefined
        const lost = new AbortController()
        const lose = () => lost.abort(new Problem("LEASE_LOST", `The lock of ${name} was taken away`))
        lock.signal.addEventListener("abort", lose)
        return { signal: lost.signal, release: () => lock.release().catch(() => {}) }
      }),
  }
}
