import { execFile } from "node:child_process"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { sampleWorkspace } from "../../infra/local/sample/workspace.ts"
import { localStack, slipway, temporaryFolder } from "../stack.ts"

const WORKSPACE = "Seregawpn/Nexy"

let stack: Awaited<ReturnType<typeof localStack>>
let temporary: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  stack = await localStack()
  temporary = await temporaryFolder()
})
afterAll(async () => {
  await stack.close()
  await temporary.remove()
})

const here = (...args: string[]) => slipway(["version", ...args, "--state", stack.state])

async function git(folder: string, ...args: string[]): Promise<string> {
  const who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
  return (await promisify(execFile)("git", ["-C", folder, ...who, ...args])).stdout
}

/** The lines that differ, without what git says around them. */
const changedLines = (diff: string) => diff.split("\n").filter((line) => /^[-+](?![-+]{2})/.test(line))

const repository = () => join(stack.state, "github", `${WORKSPACE}.git`)
const heads = () => git(repository(), "rev-list", "main")

describe("slipway version", () => {
  it("shows every point in a table, and --check is content", async () => {
    const shown = await here()
    expect(shown).toMatchObject({ code: 0, stderr: "" })
    expect(shown.stdout).toMatch(/^OK {6}VERSION:1 +1\.0\.0\.1 {2}\(the whole file\)$/m)
    expect(shown.stdout).toMatch(
      /^OK {6}server\/config\/unified_config\.yaml:7 +1\.0\.0\.1 {2}update\.default_version$/m,
    )
    expect(shown.stdout).toMatch(/^ABSENT {2}client\/VERSION_INFO\.json +version$/m)
    expect(shown.stdout.trimEnd()).toMatch(/Good: Seregawpn\/Nexy says 1\.0\.0\.1 everywhere$/)
    expect(await here("--check")).toEqual(shown)
  })

  it("shows a dry run's diff, and commits just that: one commit, nothing but the lines meant", async () => {
    const before = await heads()
    const dry = await here("1.6.1.99", "--dry-run")
    expect(dry).toMatchObject({ code: 0, stderr: "" })
    expect(dry.stdout).toContain("1.0.0.1 → 1.6.1.99 in 7 files of Seregawpn/Nexy (a dry run: nothing was changed)")
    expect(await heads()).toBe(before)

    const done = await here("1.6.1.99", "--json")
    const { commit, files } = JSON.parse(done.stdout) as { commit: string; files: string[] }
    expect(await heads()).toBe(`${commit}\n${before}`)
    expect(await git(repository(), "log", "-1", "--format=%B")).toBe(
      "version: 1.6.1.99\n\nFrom 1.0.0.1, by slipway version.\n\n",
    )
    const diff = await git(repository(), "show", "--format=", "-U0", commit)
    expect(changedLines(diff).every((line) => /1\.0\.0\.1|1\.6\.1\.99/.test(line))).toBe(true)
    expect(changedLines(diff).sort()).toEqual(changedLines(dry.stdout).sort())
    expect((await git(repository(), "show", "--format=", "--name-only", commit)).trim().split("\n")).toEqual(
      files.toSorted(),
    )
    expect(await here("--check")).toMatchObject({ code: 0 })
    expect((await here("1.6.1.99")).stdout).toBe("Seregawpn/Nexy says 1.6.1.99 everywhere already: nothing to do\n")
  })

  it("exits 2 for a drift made by hand, with the line and what to do, and mends it", async () => {
    const path = "server/config.env.example"
    const text = (await stack.github?.readFile(WORKSPACE, path)) ?? ""
    await stack.github?.pushFile(WORKSPACE, path, text.replace("BUILD=1.6.1.99", "BUILD=1.0.3"), "by hand")
    expect(await here()).toMatchObject({ code: 0 })
    const checked = await here("--check")
    expect(checked).toMatchObject({ code: 2, stderr: "" })
    expect(checked.stdout).toMatch(/^DRIFT {3}server\/config\.env\.example:3 +1\.0\.3 +SERVER_BUILD$/m)
    expect(checked.stdout).toContain(`${path}:3 says "1.0.3", expected 1.6.1.99`)
    expect(checked.stdout).toContain("What to do: Run `slipway version 1.6.1.99`")
    expect(await here("1.6.1.99")).toMatchObject({ code: 0, stdout: expect.stringContaining("in 1 file of") })
    expect(await here("--check")).toMatchObject({ code: 0 })
  })

  it.each<[string[], number, string]>([
    [["1.6.1.98"], 1, "VERSION_NOT_NEWER"],
    [["1.6.1.099"], 1, "VERSION_INVALID"],
    [["1.6.2.0", "--check"], 64, "REQUEST_INVALID"],
    [["--dry-run"], 64, "REQUEST_INVALID"],
    [["--force"], 64, "REQUEST_INVALID"],
    [["--directory", "/nowhere/at/all"], 1, "REQUEST_INVALID"],
    [["1.6.2.0", "1.6.2.1"], 64, "too many arguments"],
  ])("refuses %j with exit code %i, and changes nothing", async (args, code, words) => {
    const before = await heads()
    expect(await here(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(words) })
    expect(await heads()).toBe(before)
  })

  it("does the same in a checkout, without GitHub, and leaves the commit to whoever asked", async () => {
    const folder = join(temporary.folder, "checkout")
    for (const [path, text] of Object.entries(sampleWorkspace("VERSION", "1.6.1.43"))) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    await git(temporary.folder, "init", "-q", folder)
    await git(folder, "add", "-A")
    await git(folder, "commit", "-qm", "all")

    const ran = await slipway(["version", "1.6.1.99", "--directory", folder])
    expect(ran).toMatchObject({ code: 0, stderr: "" })
    expect(ran.stdout).toContain(`in 7 files of ${folder} (written, and left to you to commit)`)
    const lines = changedLines(await git(folder, "diff", "-U0"))
    expect(lines).toHaveLength(22)
    expect(lines.every((line) => /1\.6\.1\.(?:43|99)/.test(line))).toBe(true)
    expect(await git(folder, "status", "--porcelain", "--untracked-files=all")).not.toContain("??")
    expect(await slipway(["version", "--check", "--directory", folder])).toMatchObject({ code: 0 })
    expect(await readFile(join(folder, "VERSION"), "utf8")).toBe("1.6.1.99\n")
  })
})
