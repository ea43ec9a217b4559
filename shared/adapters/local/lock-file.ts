import { randomUUID } from "node:crypto"
import { readFile, stat, utimes, writeFile } from "node:fs/promises"
import { hostname } from "node:os"
import { codeOf, unlessMissing } from "./disk.ts"
import { removeExactly } from "./remove-exactly.ts"

export interface LockTimes {
  /** When a lock that was not renewed counts as its holder's last trace. */
  staleMs: number
  /** Some times shorter. */
  renewEveryMs: number
}

export interface Lock {
  /** Aborts when the lock may belong to somebody else. */
  signal: AbortSignal
  release(): Promise<void>
}

/**
 * Takes a lock: a file that says who holds it, and whose time is moved on. Undefined while somebody else holds it. A lock
 * is cleared away when its process is gone from this machine, or when it is stale. Keeps no process alive.
 */
export async function takeLock(file: string, times: LockTimes): Promise<Lock | undefined> {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), lock: randomUUID() })
  if (await write(file, mine)) return keep(file, mine, times)
  if ((await clearDead(file, times.staleMs)) && (await write(file, mine))) return keep(file, mine, times)
  return undefined
}

function keep(file: string, mine: string, { staleMs, renewEveryMs }: LockTimes): Lock {
  const lost = new AbortController()
  const timer = setInterval(renew, renewEveryMs).unref()
  let renewedAtMs = performance.now()

  async function renew() {
    // The process may have been asleep, and the lock taken as a dead one's.
    const tooLate = performance.now() - renewedAtMs > staleMs - renewEveryMs
    const ours = await touch(file, mine).catch(() => undefined)
    if (ours) renewedAtMs = performance.now()
    if (ours !== false && !(tooLate && !ours)) return
    clearInterval(timer)
    lost.abort()
  }

  return {
    signal: lost.signal,
    async release() {
      clearInterval(timer)
      await removeExactly(file, (path) => isAbsentOr(path, mine))
    },
  }
}

/** Moves the lock's time on; false when it is no longer ours. */
async function touch(file: string, mine: string): Promise<boolean> {
  if ((await read(file)) !== mine) return false
  const now = new Date()
  await utimes(file, now, now)
  return true
}

/** Answers whether the way is free: the lock is gone, or was a dead holder's and is cleared away. */
async function clearDead(file: string, staleMs: number): Promise<boolean> {
  const theirs = await read(file)
  const found = await stat(file).catch(unlessMissing)
  if (theirs === undefined || !found) return true
  const stale = Date.now() - found.mtimeMs > staleMs
  return (stale || isGone(theirs)) && (await removeExactly(file, (path) => isAbsentOr(path, theirs)))
}

/** Whether the holder's process has ended. Only its own machine can tell. */
function isGone(holder: string): boolean {
  const { pid, host } = parsed(holder)
  if (host !== hostname() || typeof pid !== "number") return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === "ESRCH"
  }
}

/** A lock that is just being written may be empty still. */
function parsed(holder: string): { pid?: unknown; host?: unknown } {
  try {
    return JSON.parse(holder) ?? {}
  } catch {
    return {}
  }
}

async function isAbsentOr(path: string, holder: string): Promise<boolean> {
  const found = await read(path)
  return found === undefined || found === holder
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(unlessMissing)
}

async function write(file: string, holder: string): Promise<boolean> {
  try {
    await writeFile(file, holder, { flag: "wx" })
    return true
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
    return false
  }
}
