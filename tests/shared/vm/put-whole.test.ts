import { chmod, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { backupsOf, leftBy, manifestOf, OLD, usePutFolder, written } from "./put-folder.ts"
import { noLinux } from "./shell-machine.ts"

/** Too large to be written in one step: a half could be seen. */
const [SIXTY, FIFTY] = [manifestOf("1.6.1.43", 60_000), manifestOf("1.6.1.44", 50_000)]

/** In blocks of 512 or 1,024 bytes, as the shell counts them. */
const BLOCKS_LEFT = 8

describe.skipIf(noLinux)("a manifest", () => {
  const world = usePutFolder()
  const { put, inEmptyFolders, everywhere } = world

  it("is always there, and whole, for those who read it while it is written", () =>
    inEmptyFolders(async (shell, manifest) => {
      await writeFile(manifest, SIXTY)
      const seen = new Set<string>()
      let writing = true
      const read = async () => {
        while (writing) seen.add(await readFile(manifest, "utf8"))
      }
      const write = async () => {
        try {
          for (const text of [FIFTY, SIXTY, FIFTY, SIXTY])
            expect(await put(shell, manifest, text)).toEqual(written(text))
        } finally {
          writing = false
        }
      }
      await Promise.all([read(), write()])
      expect([...seen].sort()).toEqual([SIXTY, FIFTY].sort())
    }))

  /** A shell for which the disk is full after a few kilobytes of each file; it is told so, and not killed for it. */
  async function onFullDisk(shell: string): Promise<string> {
    const path = join(world.folder, `full-disk-${world.shells.indexOf(shell)}`)
    await writeFile(path, `#!/bin/sh\ntrap '' XFSZ\nulimit -f ${BLOCKS_LEFT}\nexec ${shell} "$@"\n`)
    await chmod(path, 0o755)
    return path
  }

  it("stays as it is where the disk is full, and is put when there is room again", () =>
    everywhere(async (shell, manifest) => {
      await put(shell, manifest, SIXTY)
      const full = await onFullDisk(shell)
      const { answer, stderr } = await put(full, manifest, FIFTY)
      expect(answer).toBeUndefined()
      expect(stderr).toMatch(/too large/i)
      expect(await readFile(manifest, "utf8")).toBe(SIXTY)
      expect(await leftBy(manifest)).toHaveLength(1)
      expect(await backupsOf(manifest)).toEqual([OLD])

      expect(await put(shell, manifest, FIFTY)).toEqual(written(FIFTY))
      expect(await backupsOf(manifest)).toEqual([OLD, SIXTY])
    }))

  it("stays as it is where the backup does not fit on the disk", () =>
    everywhere(async (shell, manifest) => {
      await put(shell, manifest, SIXTY)
      const small = manifestOf("1.6.1.45")
      const { answer, stderr } = await put(await onFullDisk(shell), manifest, small)
      expect(answer).toBeUndefined()
      expect(stderr).toMatch(/too large/i)
      expect(await readFile(manifest, "utf8")).toBe(SIXTY)
      expect(await backupsOf(manifest)).toEqual([OLD])

      expect(await put(shell, manifest, small)).toEqual(written(small))
      expect(await backupsOf(manifest)).toEqual([OLD, SIXTY])
    }))
})
