import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs"
import { chmod, chown, lstat, mkdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { checkout } from "../../../../shared/adapters/local/checkout.ts"
import { useDirectory } from "../../../contracts/places.ts"
import { type Held, workspaceContract } from "../../../contracts/workspace.ts"
import { filesBelow, texts } from "../../../tree.ts"

const directories = useDirectory()
const nobody = 65534

async function hold(directory: string, files: Record<string, Held>): Promise<void> {
  for (const [path, held] of Object.entries(files)) {
    const file = join(directory, path)
    await mkdir(dirname(file), { recursive: true })
    if (typeof held === "string") await writeFile(file, held)
    else if ("link" in held) await symlink(held.link, file)
    else if ("bytes" in held) await writeFile(file, held.bytes)
    else await writeFile(file, held.executable, { mode: 0o755 })
  }
}

workspaceContract("a checkout", async (files) => {
  const directory = directories.fresh()
  await hold(directory, files)
  return {
    workspace: await checkout(directory),
    head: /^[0-9a-f]{64}$/,
    look: async (path) => {
      if (!existsSync(join(directory, path))) return undefined
      const { mode } = await stat(join(directory, path))
      return { bytes: await readFile(join(directory, path)), executable: (mode & 0o111) !== 0 }
    },
    close: async () => expect((await filesBelow(directory)).filter((path) => path.includes(".slipway-"))).toEqual([]),
  }
})

const path = (index: number) => `files/${String(index).padStart(2, "0")}.txt`
const twenty = (text: string) => Object.fromEntries(Array.from({ length: 20 }, (_, index) => [path(index), text]))

describe("a checkout", () => {
  let directory: string
  beforeEach(async () => {
    directory = directories.fresh()
    await hold(directory, { VERSION: "1\n", "docs/a.md": "A\n" })
  })
  const read = async (...paths: string[]) => (await checkout(directory)).read(paths)
  const change = async (paths: string[], files: Record<string, string>) => {
    const workspace = await checkout(directory)
    const { head } = await workspace.read(paths)
    return () => workspace.commit({ head, message: "", files: new Map(Object.entries(files)) })
  }
  /** Does something at the first moment, while something else goes on, at which a file is there. */
  const when = (file: string, act: () => void) => {
    const look = () => void (existsSync(file) ? act() : setImmediate(look))
    setImmediate(look)
  }

  it.each([
    ["is not there", "nowhere"],
    ["is a file", "VERSION"],
    ["lies below a file", "VERSION/below"],
  ])("refuses a folder that %s", async (_, name) => {
    const fault = { code: "REQUEST_INVALID", message: expect.stringContaining(name) }
    await expect(checkout(join(directory, name))).rejects.toMatchObject(fault)
  })

  it("gives the same head for the same files, another for others, and one for none", async () => {
    const { head } = await read("VERSION", "docs/*")
    expect((await read("docs/*", "VERSION")).head).toBe(head)
    expect((await read("docs/a.md", "VERSION")).head).not.toBe(head)
    const { head: none } = await read()
    await writeFile(join(directory, "VERSION"), "2\n")
    expect((await read("VERSION", "docs/*")).head).not.toBe(head)
    expect((await read()).head).toBe(none)
  })

  it("takes neither git's files, nor packages, nor other repositories, nor what a killed run left for its own", async () => {
    const others = [".git/a.md", "node_modules/a/a.md", "docs/node_modules/a.md", "module/.git/x", "module/a.md"]
    await hold(directory, Object.fromEntries([...others, ".slipway-a.md.1.new"].map((path) => [path, "not ours\n"])))
    expect([...(await read("**")).files.keys()]).toEqual(["VERSION", "docs/a.md"])
  })

  it.each([
    ["elsewhere", "../elsewhere"],
    ["within", "docs"],
  ])("does not follow a folder's link to %s, reading or writing", async (_, target) => {
    await symlink(target, join(directory, "linked"))
    const fault = { code: "FILE_UNREADABLE", message: expect.stringContaining("behind a symbolic link") }
    await expect(read("linked/a.md")).rejects.toMatchObject(fault)
    expect([...(await read("**/a.md")).files.keys()]).toEqual(["docs/a.md"])
    const commit = await change(["VERSION"], { VERSION: "2\n", "linked/b.md": "B\n" })
    await expect(commit()).rejects.toMatchObject(fault)
    expect(await texts(directory)).toEqual({ VERSION: "1\n", "docs/a.md": "A\n" })
  })

  it("does not leave its folder", async () => {
    await expect(read("../other")).rejects.toMatchObject({ code: "REQUEST_INVALID" })
  })

  it.each<[string, () => Promise<unknown>]>([
    ["is written", () => writeFile(join(directory, "VERSION"), "other\n")],
    ["is deleted", () => rm(join(directory, "VERSION"))],
    ["becomes a folder", () => rm(join(directory, "VERSION")).then(() => mkdir(join(directory, "VERSION")))],
    ["is created where none was", () => writeFile(join(directory, "new"), "new\n")],
    ["is created where a pattern looked", () => writeFile(join(directory, "docs/b.md"), "new\n")],
  ])("changes nothing when a file %s meanwhile", async (_, disturb) => {
    const commit = await change(["VERSION", "new", "docs/*"], { VERSION: "2\n", "docs/a.md": "B\n" })
    await disturb()
    const before = await texts(directory)
    await expect(commit()).rejects.toMatchObject({ code: "WORKSPACE_MOVED" })
    expect(await texts(directory)).toEqual(before)
  })

  it("lets files alone that it did not read", async () => {
    const commit = await change(["VERSION"], { VERSION: "2\n" })
    await writeFile(join(directory, "docs/a.md"), "other\n")
    await commit()
    expect(await texts(directory)).toEqual({ VERSION: "2\n", "docs/a.md": "other\n" })
  })

  it("keeps a file's mode and owner", async () => {
    const file = join(directory, "VERSION")
    await chmod(file, 0o640)
    if (process.getuid?.() === 0) await chown(file, nobody, nobody)
    const { mode, uid, gid } = await stat(file)
    await (await change(["VERSION"], { VERSION: "2\n" }))()
    expect(await stat(file)).toMatchObject({ mode, uid, gid })
  })

  it("puts every file back when a target becomes a folder while the new ones take their places", async () => {
    await hold(directory, twenty("old\n"))
    const last = join(directory, path(19))
    const commit = await change(["files/*"], { "new/folder/file": "new\n", "new/file": "new\n", ...twenty("new\n") })
    when(join(dirname(last), `.slipway-19.txt.${process.pid}.old`), () => {
      renameSync(last, join(directory, "aside"))
      renameSync(join(directory, "docs"), last)
    })
    await expect(commit()).rejects.toMatchObject({
      code: "WORKSPACE_MOVED",
      message: expect.stringContaining(path(19)),
    })
    expect((await lstat(last)).isDirectory()).toBe(true)
    await rename(last, join(directory, "docs"))
    await rename(join(directory, "aside"), last)
    expect(await texts(directory)).toEqual({ VERSION: "1\n", "docs/a.md": "A\n", ...twenty("old\n") })
    expect(readdirSync(directory).sort()).toEqual(["VERSION", "docs", "files"])
  })

  it("names what it cannot put back, and puts back the rest", async () => {
    await hold(directory, twenty("old\n"))
    const commit = await change(["files/*"], twenty("new\n"))
    when(join(directory, `files/.slipway-19.txt.${process.pid}.old`), () => {
      rmSync(join(directory, `files/.slipway-07.txt.${process.pid}.old`))
      rmSync(join(directory, path(19)))
      renameSync(join(directory, "docs"), join(directory, path(19)))
    })
    const fault = { code: "STORAGE_UNREACHABLE", message: expect.stringContaining(`old ${path(7)} could not`) }
    await expect(commit()).rejects.toMatchObject(fault)
    const { [path(19)]: _, ...others } = twenty("old\n")
    expect(await texts(directory)).toEqual({
      VERSION: "1\n",
      ...others,
      [path(7)]: "new\n",
      [`${path(19)}/a.md`]: "A\n",
    })
  })

  it("finishes after a kill in the middle, and clears away what it left", async () => {
    await hold(directory, twenty("old\n"))
    const script = fileURLToPath(new URL("die-committing.ts", import.meta.url))
    const child = spawn(process.execPath, [script, directory, path(0)], { stdio: "inherit" })
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"])
    const left = await texts(join(directory, "files"))
    expect(Object.keys(left).some((name) => name.startsWith(".slipway-"))).toBe(true)
    const { files } = await read("files/*")
    expect([...files.keys()]).toEqual(Object.keys(twenty("")))
    expect(new Set(files.values())).toEqual(new Set(["new\n", "old\n"]))
    await (await change(["files/*"], twenty("new\n")))()
    expect(await texts(directory)).toEqual({ VERSION: "1\n", "docs/a.md": "A\n", ...twenty("new\n") })
  })

  it("changes nothing where the account may not write", async () => {
    await hold(directory, { "locked/file": "old\n", "open/file": "old\n" })
    // Whoever is not root can remove only what is open.
    onTestFinished(async () => {
      for (const folder of [directory, join(directory, "locked")]) await chmod(folder, 0o755)
    })
    await asNobody(directory, async () => {
      await chmod(join(directory, "locked"), 0o555)
      const commit = await change(["**"], { "open/file": "new\n", "locked/file": "new\n", VERSION: "2\n" })
      const fault = { code: "WORKSPACE_REFUSED", message: expect.stringContaining("locked/file") }
      await expect(commit()).rejects.toMatchObject(fault)
      expect(await texts(directory)).toMatchObject({ "open/file": "old\n", "locked/file": "old\n", VERSION: "1\n" })
      await chmod(directory, 0o555)
      const all = { code: "WORKSPACE_REFUSED", message: expect.stringContaining(directory) }
      await expect(commit()).rejects.toMatchObject(all)
    })
    expect(readdirSync(directory).sort()).toEqual(["VERSION", "docs", "locked", "open"])
  })
})

/** Root may write everywhere: gives the directory away, and acts as its owner. */
async function asNobody(directory: string, work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work()
  await chmod(dirname(directory), 0o755)
  for (const path of ["", ...readdirSync(directory, { recursive: true }).map(String)])
    await chown(join(directory, path), nobody, nobody)
  process.seteuid?.(nobody)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
