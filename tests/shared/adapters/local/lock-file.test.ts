import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises"
import { hostname } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeEach, describe, expect, it } from "vitest"
import { fileLeases } from "../../../../shared/adapters/local/file-leases.ts"
import { takeLock } from "../../../../shared/adapters/local/lock-file.ts"
import { useDirectory } from "../../../contracts/places.ts"

const directories = useDirectory()
const times = { staleMs: 20_000, renewEveryMs: 50 }

describe("lock file", () => {
  let directory: string
  let file: string
  beforeEach(async () => {
    directory = directories.fresh()
    file = join(directory, "v1.2.3.4.lock")
    await mkdir(directory)
  })
  const longAgo = new Date(Date.now() - 60_000)
  const elsewhere = JSON.stringify({ pid: process.pid, host: `not-${hostname()}`, lock: "theirs" })

  it("outlives its process only on paper", async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("hold-lock.ts", import.meta.url)), file], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    await once(child.stdout, "data")
    expect(await takeLock(file, times)).toBeUndefined()
    child.kill("SIGKILL")
    await once(child, "exit")
    expect(await readdir(directory)).toEqual(["v1.2.3.4.lock"])
    const lock = await takeLock(file, times)
    expect(lock).toBeDefined()
    await lock?.release()
    expect(await readdir(directory)).toEqual([])
  })

  it("is left to a holder on another machine until it is stale", async () => {
    await writeFile(file, elsewhere)
    expect(await takeLock(file, times)).toBeUndefined()
    await utimes(file, longAgo, longAgo)
    const lock = await takeLock(file, times)
    expect(lock).toBeDefined()
    await lock?.release()
  })

  it.each(["", "{", "null"])("that says %j is kept until it is stale", async (content) => {
    await writeFile(file, content)
    expect(await takeLock(file, times)).toBeUndefined()
    await utimes(file, longAgo, longAgo)
    await (await takeLock(file, times))?.release()
    expect(await readdir(directory)).toEqual([])
  })

  it("is cleared away by one of many that find it stale at once", async () => {
    await writeFile(file, elsewhere)
    await utimes(file, longAgo, longAgo)
    const locks = await Promise.all(Array.from({ length: 8 }, () => takeLock(file, times)))
    expect(locks.filter((lock) => lock !== undefined)).toHaveLength(1)
    for (const lock of locks) await lock?.release()
  })

  it("tells a holder that slept too long, and leaves the lock to the next", async () => {
    const lock = await takeLock(file, times)
    await writeFile(file, elsewhere)
    if (!lock?.signal.aborted) await once(lock?.signal as AbortSignal, "abort")
    await lock?.release()
    expect(await readFile(file, "utf8")).toBe(elsewhere)
  })

  it("is kept fresh while it is held", async () => {
    const lock = await takeLock(file, times)
    await utimes(file, longAgo, longAgo)
    await expect.poll(async () => (await stat(file)).mtime > longAgo).toBe(true)
    expect(await takeLock(file, times)).toBeUndefined()
    expect(lock?.signal.aborted).toBe(false)
    await lock?.release()
  })
})

describe("file leases", () => {
  it("do not leave their directory", async () => {
    const leases = fileLeases(directories.fresh())
    await expect(leases.acquire("../elsewhere")).rejects.toMatchObject({ code: "REQUEST_INVALID" })
  })
})
