import { chmod, chown, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { filesBelow } from "../../tree.ts"
import { backupsOf, leftBy, manifestOf, NEW, OLD, oursOf, unchanged, usePutFolder, written } from "./put-folder.ts"
import { noLinux } from "./shell-machine.ts"

const isRoot = process.getuid?.() === 0

describe.skipIf(noLinux)("putting a manifest", () => {
  const { put, inEmptyFolders, everywhere } = usePutFolder()

  it("replaces it, and leaves nothing but the lock and a backup", () =>
    everywhere(async (shell, manifest) => {
      expect(await put(shell, manifest, NEW)).toEqual(written(NEW))
      expect(await readFile(manifest, "utf8")).toBe(NEW)
      expect(await backupsOf(manifest)).toEqual([OLD])
      expect(await readdir(dirname(manifest))).toEqual([".slipway", "manifest.json"])
      // The update server looks for manifests by their names; what is ours is for nobody else.
      const files = (await filesBelow(dirname(manifest))).map((path) => basename(path))
      expect(files.filter((name) => /^manifest.*\.json$/.test(name))).toEqual(["manifest.json"])
      expect((await stat(dirname(oursOf(manifest)))).mode & 0o777).toBe(0o700)
    }))

  it("writes nothing where it is there already", () =>
    everywhere(async (shell, manifest) => {
      await put(shell, manifest, NEW)
      const folder = dirname(manifest)
      const paths = ["", ".slipway", ".slipway/manifest.json", ...(await filesBelow(folder))]
      const seen = () => Promise.all(paths.map(async (path) => stateOf(join(folder, path))))
      const before = await seen()
      expect(await put(shell, manifest, NEW)).toEqual(unchanged(NEW))
      expect(await seen()).toEqual(before)
    }))

  async function stateOf(path: string) {
    const { ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return { path, ino, mtimeNs, ctimeNs }
  }

  it.each([
    ["nothing", ""],
    ["no newline at the end", "{}"],
    [
      "sixty kilobytes with all that goes wrong",
      `\n\n\ufeff{“ü”}\r\n%s \\n \\047 \\c %%${manifestOf("2", 60_000)}\n\n\n`,
    ],
  ])("writes byte for byte: %s", (_what, text) =>
    everywhere(async (shell, manifest) => {
      expect(await put(shell, manifest, text)).toEqual(written(text))
      expect(await readFile(manifest, "utf8")).toBe(text)
    }),
  )

  it("writes the first one ever, for all to read", () =>
    inEmptyFolders(async (shell, manifest) => {
      expect(await put(shell, manifest, NEW)).toEqual(written(NEW))
      expect(await readFile(manifest, "utf8")).toBe(NEW)
      expect((await stat(manifest)).mode & 0o777).toBe(0o644)
      expect(await leftBy(manifest)).toEqual([])
    }))

  it("keeps its mode", () =>
    everywhere(async (shell, manifest) => {
      await chmod(manifest, 0o750)
      expect(await put(shell, manifest, NEW)).toEqual(written(NEW))
      expect((await stat(manifest)).mode & 0o777).toBe(0o750)
    }))

  it.runIf(isRoot)("keeps its owner, and gives the first one ever to the folder's", () =>
    everywhere(async (shell, manifest) => {
      await chown(manifest, 4711, 4712)
      await put(shell, manifest, NEW)
      expect(await stat(manifest)).toMatchObject({ uid: 4711, gid: 4712 })

      await chown(dirname(manifest), 4713, 4714)
      const first = join(dirname(manifest), " first\n")
      expect(await put(shell, first, NEW)).toEqual(written(NEW))
      expect(await stat(first)).toMatchObject({ uid: 4713, gid: 4714 })
    }),
  )

  it("replaces the file behind a link, and leaves the link", () =>
    everywhere(async (shell, manifest) => {
      const link = join(dirname(manifest), "link")
      await mkdir(join(dirname(manifest), "other"))
      const far = join(dirname(manifest), "other", "far\n")
      await symlink(manifest, link)
      await symlink("../link", far)
      expect(await put(shell, far, NEW)).toEqual(written(NEW))
      expect(await readFile(manifest, "utf8")).toBe(NEW)
      expect((await lstat(manifest)).isFile()).toBe(true)
      expect([await readlink(link), await readlink(far)]).toEqual([manifest, "../link"])
      expect(await backupsOf(manifest)).toEqual([OLD])
      expect(await readdir(join(dirname(manifest), "other"))).toEqual(["far\n"])
    }))

  it("keeps the ten newest backups, each whole, and what others have put there", () =>
    everywhere(async (shell, manifest) => {
      await mkdir(oursOf(manifest), { recursive: true })
      // By a clock that goes backwards.
      const stamps = Array.from({ length: 10 }, (_, day) => `before-00001${day + 10}-202601${31 - day}T100000Z`)
      for (const name of [...stamps, "before-the-flood"]) await writeFile(join(oursOf(manifest), name), name)
      expect(await put(shell, manifest, NEW)).toEqual(written(NEW))
      expect(await put(shell, manifest, OLD)).toEqual(written(OLD))
      expect(await backupsOf(manifest)).toEqual([...stamps.slice(2), OLD, NEW, "before-the-flood"])
      const names = (await leftBy(manifest)).slice(8, 10)
      expect(names).toEqual(
        [120, 121].map((number) => expect.stringMatching(`^before-0000${number}-20\\d{6}T\\d{6}Z$`)),
      )
    }))

  it("does not back up again what the newest backup holds", () =>
    everywhere(async (shell, manifest) => {
      await mkdir(oursOf(manifest), { recursive: true })
      await writeFile(join(oursOf(manifest), "before-0000099-20260101T000000Z"), OLD)
      await put(shell, manifest, NEW)
      expect(await backupsOf(manifest)).toEqual([OLD])
      await put(shell, manifest, OLD)
      await put(shell, manifest, NEW)
      expect(await backupsOf(manifest)).toEqual([OLD, NEW, OLD])
    }))

  it("cleans up after a run that was killed", () =>
    everywhere(async (shell, manifest) => {
      await mkdir(oursOf(manifest), { recursive: true })
      for (const name of ["new", "half"]) await writeFile(join(oursOf(manifest), name), "{", { mode: 0o400 })
      expect(await put(shell, manifest, OLD)).toEqual(unchanged(OLD))
      expect(await leftBy(manifest)).toEqual([])
    }))
})
