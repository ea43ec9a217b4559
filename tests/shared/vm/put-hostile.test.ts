import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { filesBelow } from "../../tree.ts"
import { HOSTILE } from "./hostile.ts"
import { backupsOf, NEW, OLD, usePutFolder, written } from "./put-folder.ts"
import { noLinux } from "./shell-machine.ts"

describe.skipIf(noLinux)("hostile values for a manifest on the VM", () => {
  const world = usePutFolder()
  const { put, inEmptyFolders } = world
  let before: string[] = []
  beforeAll(async () => {
    before = await readdir(".")
  })

  async function expectNothingDone(): Promise<void> {
    const found = (await filesBelow(world.folder)).filter((path) => basename(path) === "HACKED")
    expect(found).toEqual([])
    expect(await readdir(".")).toEqual(before)
  }

  it.each(HOSTILE)("are a path, a text and nothing else: %j", (value) =>
    inEmptyFolders(async (shell, beside) => {
      const name = value.replaceAll("/", "_")
      const manifest = join(dirname(beside), name, name)
      await mkdir(dirname(manifest))
      expect(await put(shell, manifest, value)).toEqual(written(value))
      expect(await readFile(manifest, "utf8")).toBe(value)
      expect(await put(shell, manifest, NEW)).toEqual(written(NEW))
      expect(await backupsOf(manifest)).toEqual([value])
      expect((await readdir(dirname(manifest))).sort()).toEqual([".slipway", name].sort())
      await expectNothingDone()
    }),
  )

  it.each(HOSTILE)("are no place where they are no absolute path: %j", (value) =>
    inEmptyFolders(async (shell, beside) => {
      expect(await put(shell, value, NEW)).toEqual({ answer: { outcome: "not absolute" }, stderr: "" })
      expect(await readdir(dirname(beside))).toEqual([])
      await expectNothingDone()
    }),
  )

  it.each(HOSTILE)("are no digest: %j", (value) =>
    inEmptyFolders(async (shell, manifest) => {
      await writeFile(manifest, OLD)
      const { answer } = await put(shell, manifest, NEW, { sha256: value })
      expect(answer).toEqual({ outcome: "not as sent" })
      expect(await readFile(manifest, "utf8")).toBe(OLD)
      expect(await backupsOf(manifest)).toEqual([])
      await expectNothingDone()
    }),
  )
})
