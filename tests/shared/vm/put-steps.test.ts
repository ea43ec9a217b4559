import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { backupsOf, leftBy, NEW, OLD, unchanged, usePutFolder, written } from "./put-folder.ts"
import { noLinux } from "./shell-machine.ts"

/** What the script changes the disk with, or waits for. */
const TOOLS = ["base64", "cp", "date", "flock", "mkdir", "mv", "rm", "sha256sum", "sync"]

/** Where the script is killed: before or after the nth run of a tool. */
interface Kill {
  tool: string
  nth: number
  when: "before" | "after"
}

/** A tool that counts its runs, and kills its whole process group at one of them. */
const shim = (folder: string, { tool, nth, when }: Kill) => `#!/bin/sh
runs=0
[ ! -e '${folder}/${tool}.runs' ] || read -r runs <'${folder}/${tool}.runs'
runs=$((runs + 1))
echo "$runs" >'${folder}/${tool}.runs'
[ "$runs ${when}" != '${nth} before' ] || kill -KILL 0
PATH=/usr/bin:/bin ${tool} "$@"
code=$?
[ "$runs ${when}" != '${nth} after' ] || kill -KILL 0
exit "$code"
`

const NEVER: Kill = { tool: "", nth: 0, when: "before" }

describe.skipIf(noLinux)("a script that is killed at a step", () => {
  const { place, put } = usePutFolder()

  /** A folder of tools, one of which kills; and the shell that finds them first. */
  async function tools(kill: Kill): Promise<{ folder: string; shell: string }> {
    const folder = join(await place(), "..")
    for (const tool of TOOLS) {
      const text = shim(folder, tool === kill.tool ? kill : { ...NEVER, tool })
      await writeFile(join(folder, tool), text, { mode: 0o755 })
    }
    return { folder, shell: `/usr/bin/env PATH=${folder}:/usr/bin:/bin dash` }
  }

  /** A manifest with ten older ones beside it, so that one of them has to go. */
  async function full(): Promise<string> {
    const manifest = await place()
    await writeFile(manifest, OLD)
    const ours = join(manifest, "..", ".slipway", "manifest.json")
    await mkdir(ours, { recursive: true })
    for (let number = 1; number <= 10; number++) {
      await writeFile(join(ours, `before-${String(number).padStart(7, "0")}-20260101T000000Z`), NEW)
    }
    return manifest
  }

  /** Every run of every tool, as the script makes them when nothing kills it. */
  async function steps(): Promise<Kill[]> {
    const { folder, shell } = await tools(NEVER)
    expect(await put(shell, await full(), NEW)).toEqual(written(NEW))
    const counted = (await readdir(folder)).filter((name) => name.endsWith(".runs"))
    const kills = counted.map(async (name) => {
      const runs = Number(await readFile(join(folder, name), "utf8"))
      const tool = name.slice(0, -".runs".length)
      return Array.from({ length: runs }, (_, run) => run + 1).flatMap((nth): Kill[] => [
        { tool, nth, when: "before" },
        { tool, nth, when: "after" },
      ])
    })
    return (await Promise.all(kills)).flat()
  }

  it("has the old manifest or the new one there, whole, and the next run goes on", async () => {
    const kills = await steps()
    expect(new Set(kills.map(({ tool }) => tool))).toEqual(new Set(TOOLS))
    const left = { old: 0, new: 0 }
    const killAt = async (kill: Kill) => {
      const { shell } = await tools(kill)
      const manifest = await full()
      expect(await put(shell, manifest, NEW), JSON.stringify(kill)).toEqual({ answer: undefined, stderr: "" })
      const there = await readFile(manifest, "utf8")
      expect([OLD, NEW], JSON.stringify(kill)).toContain(there)
      left[there === OLD ? "old" : "new"]++

      expect(await put("dash", manifest, NEW)).toEqual(there === NEW ? unchanged(NEW) : written(NEW))
      expect(await readFile(manifest, "utf8")).toBe(NEW)
      const backups = await backupsOf(manifest)
      expect([backups.at(-1), backups.length]).toEqual([OLD, 10])
      expect((await leftBy(manifest)).filter((name) => !name.startsWith("before-"))).toEqual([])
    }
    const lanes = Array.from({ length: 6 }, async (_, lane) => {
      for (const [index, kill] of kills.entries()) if (index % 6 === lane) await killAt(kill)
    })
    await Promise.all(lanes)
    expect(left).toEqual({ old: expect.any(Number), new: expect.any(Number) })
    expect(Math.min(left.old, left.new)).toBeGreaterThan(0)
  }, 300_000)
})
