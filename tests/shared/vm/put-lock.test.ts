import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, readFile, symlink } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { backupsOf, leftBy, manifestOf, NEW, OLD, oursOf, unchanged, usePutFolder, written } from "./put-folder.ts"
import { noLinux } from "./shell-machine.ts"

describe.skipIf(noLinux)("putting a manifest under a lock", () => {
  const world = usePutFolder()
  const { put, place, everywhere } = world
  const holders: ChildProcess[] = []
  afterAll(() => {
    for (const holder of holders) holder.kill("SIGKILL")
  })

  /** A process that holds the lock of a manifest until it is killed. */
  async function hold(manifest: string): Promise<ChildProcess> {
    await mkdir(oursOf(manifest), { recursive: true })
    const script = `exec 9>>"$1" && flock -n 9 && echo held && read line`
    const holder = spawn("sh", ["-c", script, "sh", join(oursOf(manifest), "lock")], {
      stdio: ["pipe", "pipe", "inherit"],
    })
    holders.push(holder)
    await once(holder.stdout, "data")
    return holder
  }

  it("gives up in time, and changes nothing", () =>
    everywhere(async (shell, manifest) => {
      await hold(manifest)
      const begunMs = performance.now()
      expect(await put(shell, manifest, NEW, { lockSeconds: 1 })).toEqual({
        answer: { outcome: "locked" },
        stderr: "",
      })
      expect(performance.now() - begunMs).toBeLessThan(10_000)
      expect(await readFile(manifest, "utf8")).toBe(OLD)
      expect(await leftBy(manifest)).toEqual([])
    }))

  it("waits, and goes on when its holder was killed", () =>
    everywhere(async (shell, manifest) => {
      const holder = await hold(manifest)
      const putting = put(shell, manifest, NEW)
      setTimeout(() => holder.kill("SIGKILL"), 300)
      expect(await putting).toEqual(written(NEW))
    }))

  it("takes the lock of one that was killed before", () =>
    everywhere(async (shell, manifest) => {
      const holder = await hold(manifest)
      holder.kill("SIGKILL")
      await once(holder, "exit")
      expect(await put(shell, manifest, NEW, { lockSeconds: 0 })).toEqual(written(NEW))
    }))

  it("knows the lock without flock too, by perl, as macOS has it", async () => {
    const tools = await withPerl()
    const shell = `/usr/bin/env PATH=${tools} dash`
    const manifest = await place()
    const holder = await hold(manifest)
    expect(await put(shell, manifest, NEW, { lockSeconds: 0 })).toMatchObject({ answer: { outcome: "locked" } })
    holder.kill("SIGKILL")
    await once(holder, "exit")
    expect(await put(shell, manifest, NEW, { lockSeconds: 0 })).toEqual(written(NEW))
    // What one of them holds, the other respects.
    const both = await Promise.all([put(shell, manifest, OLD), put("dash", manifest, OLD)])
    expect(both).toEqual(expect.arrayContaining([written(OLD), unchanged(OLD)]))
  })

  /** The tools of macOS: no flock, no sha256sum, its own name for it. */
  async function withPerl(): Promise<string> {
    const tools = join(world.folder, "perl-tools")
    await mkdir(tools)
    const names = "base64 chown cp date dash ls mkdir mv perl rm shasum sleep sync".split(" ")
    for (const name of names) await symlink(`/usr/bin/${name}`, join(tools, name))
    return tools
  }

  it("is whole and right when two put at once, different ones or the same", () =>
    everywhere(async (shell, manifest) => {
      const both = await Promise.all([put(shell, manifest, NEW), put(shell, manifest, NEW)])
      expect(both).toEqual(expect.arrayContaining([written(NEW), unchanged(NEW)]))
      const texts = [manifestOf("1.6.1.45"), manifestOf("1.6.1.46")]
      const others = await Promise.all(texts.map((text) => put(shell, manifest, text)))
      expect(others).toEqual(texts.map(written))
      const [there, ...before] = [await readFile(manifest, "utf8"), ...(await backupsOf(manifest))]
      expect(texts).toContain(there)
      expect(before).toEqual([OLD, NEW, texts.find((text) => text !== there)])
    }))
})
