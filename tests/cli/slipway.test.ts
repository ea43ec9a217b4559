import { mkdir, readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { localStack, sampleFolder, slipway, temporaryFolder } from "../stack.ts"

const ASSETS = "Seregawpn/Nexy_production"
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

/** The addresses of the stack come from its own file, as in a second terminal. */
const here = (...args: string[]) => slipway([...args, "--state", stack.state])

/** `slipway publish` takes GitHub from the settings, and keeps its own state. */
const publish = (...args: string[]) => {
  const { GITHUB_API_URL = "", GITHUB_TOKEN = "" } = stack.settings
  return slipway(["publish", ...args, "--state", join(temporary.folder, "state")], { GITHUB_API_URL, GITHUB_TOKEN })
}

const writes = () => stack.github?.calls.filter(({ write }) => write).length

describe("slipway", () => {
  it("plans without a single write", async () => {
    const folder = await sampleFolder(temporary.folder, "plan")
    const before = writes()
    const ran = await publish(folder, "--dry-run", "--json")
    expect(ran.code).toBe(0)
    const kinds = (JSON.parse(ran.stdout) as { steps: { kind: string }[] }).steps.map(({ kind }) => kind)
    expect(kinds).toEqual([
      "create-draft",
      "upload",
      "upload",
      "upload",
      "upload-sums",
      "publish",
      "commit-manifest",
      "complete",
    ])
    expect(writes()).toBe(before)
    expect(stack.github?.releases(ASSETS)).toEqual([])
  })

  it("publishes a folder, leaves it as it is, and skips it the next time", async () => {
    const folder = await sampleFolder(temporary.folder, "publish")
    const before = await readdir(folder)
    const first = await publish(folder)
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("v1.0.0.1 is released: http") })
    for (const marker of [
      "Current Version: 1.0.0.1",
      "Release Tag: v1.0.0.1",
      `Target Repo: ${ASSETS}`,
      "RELEASE COMPLETE",
    ]) {
      expect(first.stderr).toContain(marker)
    }
    expect(first.stderr).toMatch(/^Uploaded\. URL: .*\/releases\/download\/v1\.0\.0\.1\/Nexy\.dmg$/m)
    const again = await publish(folder, "--json")
    expect(again.stderr).toContain("already published, skip (tag=v1.0.0.1)")
    expect(JSON.parse(again.stdout)).toMatchObject({ status: "complete", record: { phase: "complete" } })
    expect(await readdir(folder)).toEqual(before)
    expect(stack.github?.releases(ASSETS)).toHaveLength(1)
    expect(await stack.github?.commits(WORKSPACE)).toHaveLength(2)
  })

  it("ships a folder to the inbox and follows it to its end", async () => {
    await stack.github?.pushFile(WORKSPACE, "VERSION", "1.0.0.2\n", "1.0.0.2")
    const ran = await here("ship", await sampleFolder(temporary.folder, "ship", "1.0.0.2"))
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("v1.0.0.2 is released") })
    expect(ran.stderr).toContain("published")
    const tags = stack.github?.releases(ASSETS).map(({ tag, draft }) => [tag, draft])
    expect(tags).toEqual([
      ["v1.0.0.1", false],
      ["v1.0.0.2", false],
    ])
  })

  it("ships a broken image: exit 2, what is wrong and what to do", async () => {
    await stack.github?.pushFile(WORKSPACE, "VERSION", "1.0.0.3\n", "1.0.0.3")
    const folder = await sampleFolder(temporary.folder, "v1.0.0.3", "1.0.0.3")
    await writeFile(join(folder, "Nexy.dmg"), "<!DOCTYPE html>\n<title>Sign in</title>\n".repeat(100))
    const ran = await here("ship", folder)
    expect(ran.code).toBe(2)
    expect(ran.stdout).toMatch(/DMG_INVALID: Nexy\.dmg .*\nWhat to do: /)
    expect(stack.github?.releases(ASSETS)).toHaveLength(2)
  })

  it("shows what is live and what is stuck", async () => {
    const all = await here("status")
    expect(all.code).toBe(2)
    expect(all.stdout).toMatch(/^v1\.0\.0\.2 +complete/m)
    expect(all.stdout).toMatch(/^v1\.0\.0\.3 +blocked .*DMG_INVALID/m)
    const one = await here("status", "v1.0.0.2", "--json")
    expect([one.code, JSON.parse(one.stdout)]).toMatchObject([0, { tag: "v1.0.0.2", phase: "complete" }])
    const none = await here("status", "v9.9.9.9")
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/NOT_FOUND: .*\nWhat to do: /)])
  })

  it.each([[["publish"]], [["launch"]], [["status", "--colour"]]])(
    "answers wrong usage with exit 64: %s",
    async (args) => {
      expect((await slipway(args)).code).toBe(64)
    },
  )

  it.each(["ship", "publish"])("%s says so when a folder holds nothing, or is not there", async (command) => {
    const empty = join(temporary.folder, "empty")
    await mkdir(empty, { recursive: true })
    const run = (folder: string) => (command === "ship" ? here("ship", folder) : publish(folder))
    const [nothing, absent] = [await run(empty), await run(`${empty}-not`)]
    expect(nothing.code).toBe(command === "ship" ? 1 : 2)
    expect(nothing.stderr + nothing.stdout).toMatch(/BATCH_INCOMPLETE: |waits for/)
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringMatching(/^REQUEST_INVALID: /)])
    await rm(empty, { recursive: true })
  })
})
