import { mkdir } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { Problem } from "../../problem.ts"
import { takeLock } from "./lock-file.ts"
import { temporaryPrefix } from "./paths.ts"

/** Holders need some milliseconds. */
const times = { staleMs: 5000, renewEveryMs: 1000 }
const patienceMs = 10_000

/**
 * Does some work on a file while no other process, and nobody else in this one, does. Makes the file's folder. `stillOurs`
 * is asked before the step that others see. Throws STATE_CONFLICT when the turn does not come, or is lost.
 */
export async function inTurn<T>(file: string, work: (stillOurs: () => void) => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  const lockFile = join(dirname(file), `${temporaryPrefix}${basename(file)}.lock`)
  const busy = () => new Problem("STATE_CONFLICT", `${file} is being written by somebody else`)
  const patience = AbortSignal.timeout(patienceMs)
  let lock = await takeLock(lockFile, times)
  while (!lock) {
    if (patience.aborted) throw busy()
    // Unequal waits, so that two do not run into each other for ever.
    await delay(1 + Math.random() * 10)
    lock = await takeLock(lockFile, times)
  }
  const { signal, release } = lock
  try {
    return await work(() => {
      if (signal.aborted) throw busy()
    })
  } finally {
    await release()
  }
}
