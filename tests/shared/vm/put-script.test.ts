import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmod, chown, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { filesBelow } from "../../tree.ts"
import { backupsOf, hexOf, leftBy, manifestOf, oursOf, type PutFolder, putFolder } from "./put-folder.ts"
import { scratchFolder, shellsIn } from "./shell-machine.ts"

const [OLD, NEW] = [manifestOf("1.6.1.43"), manifestOf("1.6.1.44")]
const written = (text: string) => ({ answer: { outcome: "written", sha256: hexOf(text) }, stderr: "" })
const unchanged = (text: string) => ({ answer: { outcome: "unchanged", sha256: hexOf(text) }, stderr: "" })

const isRoot = process.getuid?.() === 0

describe("putting a manifest", () => {
  let folder = ""
  let remove = async () => {}
  let shells: string[] = []
  let vm: PutFolder

  beforeAll(async () => {
    const scratch = await scratchFolder()
    folder = scratch.folder
    remove = scratch.remove
    shells = await shellsIn(folder)
    vm = putFolder(folder)
  })
  afterAll(() => remove())

  /** Once under every shell, at the same time, each with the place of a manifest of its own. */
  async function inEmptyFolders(work: (shell: string, manifest: string) => Promise<void>) {
    await Promise.all(shells.map(async (shell) => work(shell, await vm.place())))
  }

  /** The same, where the old manifest is. */
  function everywhere(work: (shell: string, manifest: string) => Promise<void>) {
    return inEmptyFolders(async (shell, manifest) => {
      await writeFile(manifest, OLD)
      await work(shell, manifest)
    })
  }

  it("replaces it, and leaves nothing but the lock and a backup", () =>
    everywhere(async (shell, manifest) => {
      expect(await vm.put(shell, manifest, NEW)).toEqual(written(NEW))
      expect(await readFile(manifest, "utf8")).toBe(NEW)
      expect(await backupsOf(manifest)).toEqual([OLD])
      expect(await readdir(dirname(manifest))).toEqual([".slipway", "manifest.json"])
    }))

  it("names no file of its own as the update server's manifests are named", () =>
    everywhere(async (shell, manifest) => {
      await vm.put(shell, manifest, NEW)
      const files = (await filesBelow(dirname(manifest))).map((path) => basename(path))
      expect(files.filter((name) => /^manifest.*\.json$/.test(name))).toEqual(["manifest.json"])
    }))

  it("writes nothing where it is there already", () =>
    everywhere(async (shell, manifest) => {
      await vm.put(shell, manifest, NEW)
      const folder = dirname(manifest)
      const paths = ["", ".slipway", ".slipway/manifest.json", ...(await filesBelow(folder))]
      const seen = () => Promise.all(paths.map(async (path) => stateOf(join(folder, path))))
      const before = await seen()
      expect(await vm.put(shell, manifest, NEW)).toEqual(unchanged(NEW))
      expect(await seen()).toEqual(before)
    }))

  async function stateOf(path: string) {
    const { ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return { path, ino, mtimeNs, ctimeNs }
  }

  it.each([
    ["nothing", ""],
    ["no newline at the end", "{}"],
    ["many newlines at the end", "{}\n\n\n"],
    ["newlines at the begin", "\n\n{}"],
    ["unicode and CRLF", "\ufeff{“ü”}\r\n"],
    ["what printf would read", "%s %d \\n \\047 \\c %%"],
    ["sixty kilobytes", manifestOf("1.6.1.45", 60_000)],
  ])("writes byte for byte: %s", (_what, text) =>
    everywhere(async (shell, manifest) => {
      expect(await vm.put(shell, manifest, text)).toEqual(written(text))
      expect(await readFile(manifest, "utf8")).toBe(text)
    }),
  )

  it("writes the first one ever, for all to read", () =>
    inEmptyFolders(async (shell, manifest) => {
      expect(await vm.put(shell, manifest, NEW)).toEqual(written(NEW))
      expect(await readFile(manifest, "utf8")).toBe(NEW)
      expect((await stat(manifest)).mode & 0o777).toBe(0o644)
      expect(await leftBy(manifest)).toEqual([])
    }))

  it.each([0o640, 0o755])("keeps its mode: %i", (mode) =>
    everywhere(async (shell, manifest) => {
      await chmod(manifest, mode)
      expect(await vm.put(shell, manifest, NEW)).toEqual(written(NEW))
      expect((await stat(manifest)).mode & 0o777).toBe(mode)
    }),
  )

  it("keeps what is its own from everybody else", () =>
    everywhere(async (shell, manifest) => {
      await vm.put(shell, manifest, NEW)
      expect((await stat(dirname(oursOf(manifest)))).mode & 0o777).toBe(0o700)
    }))

  it.runIf(isRoot)("keeps its owner, and gives the first one ever to the folder's", () =>
    everywhere(async (shell, manifest) => {
      await chown(manifest, 4711, 4712)
      await vm.put(shell, manifest, NEW)
      expect(await stat(manifest)).toMatchObject({ uid: 4711, gid: 4712 })

      await chown(dirname(manifest), 4713, 4714)
      const first = join(dirname(manifest), " first\n")
      expect(await vm.put(shell, first, NEW)).toEqual(written(NEW))
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
      expect(await vm.put(shell, far, NEW)).toEqual(written(NEW))
      expect(await readFile(manifest, "utf8")).toBe(NEW)
      expect((await lstat(manifest)).isFile()).toBe(true)
      expect([await readlink(link), await readlink(far)]).toEqual([manifest, "../link"])
      expect(await backupsOf(manifest)).toEqual([OLD])
      expect(await readdir(join(dirname(manifest), "other"))).toEqual(["far\n"])
    }))

  it("keeps the ten newest backups, each whole, and what others have put there", () =>
    everywhere(async (shell, manifest) => {
      await mkdir(oursOf(manifest), { recursive: true })
      const stamps = Array.from({ length: 10 }, (_, day) => `before-202601${day + 10}T100000Z-0000123`)
      for (const name of [...stamps, "before-the-flood"]) await writeFile(join(oursOf(manifest), name), name)
      expect(await vm.put(shell, manifest, NEW)).toEqual(written(NEW))
      expect(await vm.put(shell, manifest, OLD)).toEqual(written(OLD))
      expect(await backupsOf(manifest)).toEqual([...stamps.slice(2), OLD, NEW, "before-the-flood"])
      for (const name of (await leftBy(manifest)).slice(8, 10)) expect(name).toMatch(/^before-20\d{6}T\d{6}Z-\d{7}$/)
    }))

  it("does not back up again what the newest backup holds", () =>
    everywhere(async (shell, manifest) => {
      await mkdir(oursOf(manifest), { recursive: true })
      await writeFile(join(oursOf(manifest), "before-20260101T000000Z-0000001"), OLD)
      await vm.put(shell, manifest, NEW)
      expect(await backupsOf(manifest)).toEqual([OLD])
      await vm.put(shell, manifest, OLD)
      await vm.put(shell, manifest, NEW)
      expect(await backupsOf(manifest)).toEqual([OLD, NEW, OLD])
    }))

  it("changes nothing when what arrives is not what was sent", () =>
    everywhere(async (shell, manifest) => {
      const { answer } = await vm.put(shell, manifest, NEW, { sha256: hexOf("another") })
      expect(answer).toEqual({ outcome: "not as sent" })
      expect(await readFile(manifest, "utf8")).toBe(OLD)
      expect(await leftBy(manifest)).toEqual([])
    }))

  it("cleans up after a run that was killed", () =>
    everywhere(async (shell, manifest) => {
      await mkdir(oursOf(manifest), { recursive: true })
      for (const name of ["new", "half"]) await writeFile(join(oursOf(manifest), name), "{", { mode: 0o400 })
      expect(await vm.put(shell, manifest, OLD)).toEqual(unchanged(OLD))
      expect(await leftBy(manifest)).toEqual([])
    }))

  it("is whole and right when two put at once, different ones or the same", () =>
    everywhere(async (shell, manifest) => {
      const both = await Promise.all([vm.put(shell, manifest, NEW), vm.put(shell, manifest, NEW)])
      expect(both).toEqual(expect.arrayContaining([written(NEW), unchanged(NEW)]))
      const texts = [manifestOf("1.6.1.45"), manifestOf("1.6.1.46")]
      const others = await Promise.all(texts.map((text) => vm.put(shell, manifest, text)))
      expect(others).toEqual(texts.map(written))
      const [there, ...before] = [await readFile(manifest, "utf8"), ...(await backupsOf(manifest))]
      expect(texts).toContain(there)
      expect(before).toEqual([OLD, NEW, texts.find((text) => text !== there)])
    }))

  it.each<[word: string, what: string, spoil: (manifest: string) => Promise<string>]>([
    ["not absolute", "a name alone", async () => "manifest.json"],
    ["not absolute", "nothing", async () => ""],
    ["no folder", "a folder that is not there", async (manifest) => join(dirname(manifest), "none", "manifest.json")],
    ["no folder", "a file for a folder", async (manifest) => join(manifest, "manifest.json")],
    ["not a file", "a folder", async (manifest) => dirname(manifest)],
    ["not a file", "a folder with a slash behind it", async (manifest) => `${dirname(manifest)}/`],
    ["not a file", "the root", async () => "/"],
    ["not a file", "a device", async () => "/dev/null"],
    ["dangling link", "a link into a folder that is not there", (manifest) => linked(manifest, "none/manifest.json")],
    ["dangling link", "a link to a file that is not there", (manifest) => linked(manifest, "none.json")],
    ["dangling link", "a link to itself", (manifest) => linked(manifest, "link")],
    ["not a file", "a link to a folder", (manifest) => linked(manifest, ".")],
  ])("says %s of %s, and changes nothing", (word, _what, spoil) =>
    everywhere(async (shell, manifest) => {
      const place = await spoil(manifest)
      const before = await readdir(dirname(manifest))
      expect((await vm.put(shell, place, NEW)).answer).toEqual({ outcome: word })
      expect(await readdir(dirname(manifest))).toEqual(before)
      expect(await readFile(manifest, "utf8")).toBe(OLD)
    }),
  )

  async function linked(manifest: string, target: string): Promise<string> {
    const link = join(dirname(manifest), "link")
    await symlink(target, link)
    return link
  }

  it("goes through no link that somebody else has laid for its folder", () =>
    everywhere(async (shell, manifest) => {
      const elsewhere = dirname(await vm.place())
      await symlink(elsewhere, join(dirname(manifest), ".slipway"))
      expect((await vm.put(shell, manifest, NEW)).answer).toEqual({ outcome: "foreign link" })
      expect([await readFile(manifest, "utf8"), await readdir(elsewhere)]).toEqual([OLD, []])
    }))

  it("ends where a tool is missing, and says which", async () => {
    const manifest = await vm.place()
    const run = await vm.put(`/usr/bin/env PATH=${folder} /bin/sh`, manifest, NEW)
    expect(run).toEqual({ answer: undefined, stderr: "base64: not found\n" })
  })

  describe("under a lock", () => {
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
        expect(await vm.put(shell, manifest, NEW, { lockSeconds: 1 })).toEqual({
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
        const putting = vm.put(shell, manifest, NEW)
        setTimeout(() => holder.kill("SIGKILL"), 300)
        expect(await putting).toEqual(written(NEW))
      }))

    it("takes the lock of one that was killed before", () =>
      everywhere(async (shell, manifest) => {
        const holder = await hold(manifest)
        holder.kill("SIGKILL")
        await once(holder, "exit")
        expect(await vm.put(shell, manifest, NEW, { lockSeconds: 0 })).toEqual(written(NEW))
      }))

    it("knows the lock without flock too, by perl, as macOS has it", async () => {
      const tools = await withPerl()
      const shell = `/usr/bin/env PATH=${tools} dash`
      const manifest = await vm.place()
      const holder = await hold(manifest)
      expect(await vm.put(shell, manifest, NEW, { lockSeconds: 0 })).toMatchObject({ answer: { outcome: "locked" } })
      holder.kill("SIGKILL")
      await once(holder, "exit")
      expect(await vm.put(shell, manifest, NEW, { lockSeconds: 0 })).toEqual(written(NEW))
      // What one of them holds, the other respects.
      const both = await Promise.all([vm.put(shell, manifest, OLD), vm.put("dash", manifest, OLD)])
      expect(both).toEqual(expect.arrayContaining([written(OLD), unchanged(OLD)]))
    })

    /** The tools of macOS: no flock, no sha256sum, its own name for it. */
    async function withPerl(): Promise<string> {
      const tools = join(folder, "perl-tools")
      await mkdir(tools)
      const names = "base64 chown cp date dash ls mkdir mv perl rm shasum sleep sync".split(" ")
      for (const name of names) await symlink(`/usr/bin/${name}`, join(tools, name))
      return tools
    }
  })
})
