import { mkdir, readFile, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startGithub } from "../../../infra/local/github/index.ts"
import { writeDmg } from "../../../infra/local/sample/sample.ts"
import { finished, sampleFolder, start, temporaryFolder } from "../../stack.ts"

const ASSETS = "Seregawpn/Nexy_production"
const WORKSPACE = "Seregawpn/Nexy"

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  temporary = await temporaryFolder()
})
afterAll(() => temporary.remove())

/** `npm start -- --once`, in a state folder of its own. */
const launch = (state: string, ...args: string[]) =>
  start("infra/local/start.ts", ["--once", "--port", "0", "--state", state, ...args])

/** What the look-alike holds, read from its folder while nothing else runs there. */
async function worldIn(state: string) {
  const github = await startGithub({ directory: join(state, "github") })
  const releases = github.releases(ASSETS).map(({ tag, draft, assets }) => ({
    tag,
    draft,
    assets: Object.fromEntries(assets.map(({ name, digest, state }) => [name, state === "uploaded" ? digest : state])),
  }))
  const commits = (await github.commits(WORKSPACE)).length
  await github.close()
  return { releases, commits }
}

describe("npm start -- --once", () => {
  it("releases the sample, and skips it the next time", async () => {
    const state = join(temporary.folder, "twice")
    const first = await finished(launch(state))
    expect([first.code, first.stderr]).toEqual([0, ""])
    for (const marker of [
      "Current Version: 1.0.0.1",
      "Release Tag: v1.0.0.1",
      `Target Repo: ${ASSETS}`,
      "/releases/download/v1.0.0.1/Nexy.dmg",
      "RELEASE COMPLETE",
    ]) {
      expect(first.stdout).toContain(marker)
    }
    expect(first.stdout.trimEnd().split("\n").at(-1)).toMatch(/^Done: v1\.0\.0\.1 is public, complete and proven: http/)
    const world = await worldIn(state)
    const again = await finished(launch(state))
    expect(again.code).toBe(0)
    expect(again.stdout).toContain("already published, skip (tag=v1.0.0.1)")
    expect(await worldIn(state)).toEqual(world)
    expect(world).toMatchObject({ releases: [{ tag: "v1.0.0.1", draft: false }], commits: 2 })
  }, 60_000)

  it("exits 1 for a broken image and says what is wrong and what to do", async () => {
    const state = join(temporary.folder, "broken")
    const inbox = await sampleFolder(temporary.folder, "broken-inbox")
    const { length } = await readFile(join(inbox, "Nexy.dmg"))
    await truncate(join(inbox, "Nexy.dmg"), Math.floor(length * 0.9))
    const ran = await finished(launch(state, "--inbox", inbox))
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/DMG_INVALID: Nexy\.dmg .*\nWhat to do: /)
    expect(await worldIn(state)).toEqual({ releases: [], commits: 1 })
  }, 60_000)

  it("ends in the same release when it is killed in the middle of an upload", async () => {
    const inbox = join(temporary.folder, "large-inbox")
    await mkdir(inbox)
    await writeDmg(join(inbox, "Nexy.dmg"), { sizeBytes: 200_000_000, seed: "large" })
    await writeFile(join(inbox, "LATEST_CHANGES.md"), "# Large\n")
    const [whole, cut] = [join(temporary.folder, "whole"), join(temporary.folder, "cut")]
    expect((await finished(launch(whole, "--inbox", inbox))).code).toBe(0)

    const child = launch(cut, "--inbox", inbox)
    const ended = finished(child)
    await draftBegun(cut)
    child.kill("SIGKILL")
    await ended
    const { releases } = await worldIn(cut)
    expect(releases).toMatchObject([{ draft: true, assets: { "Nexy.dmg": "starter" } }])

    expect((await finished(launch(cut, "--inbox", inbox))).code).toBe(0)
    expect(await worldIn(cut)).toEqual(await worldIn(whole))
  }, 120_000)

  it("does not start twice in one folder", async () => {
    const state = join(temporary.folder, "shared")
    const first = start("infra/local/start.ts", ["--port", "0", "--state", state])
    const ended = finished(first)
    await stackFile(state)
    const second = await finished(launch(state))
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining("LEASE_BUSY")])
    first.kill("SIGINT")
    expect((await ended).code).toBe(0)
  }, 60_000)
})

/** Waits until the look-alike has begun to take in the image. */
async function draftBegun(state: string): Promise<void> {
  const { settings } = await stackFile(state)
  const url = `${settings.GITHUB_API_URL}/repos/${ASSETS}/releases`
  for (;;) {
    const response = await fetch(url, {
      headers: { authorization: `token ${settings.GITHUB_TOKEN}`, "user-agent": "test" },
    })
    const [draft] = (await response.json()) as { assets: { name: string; state: string }[] }[]
    if (draft?.assets.some(({ name, state }) => name === "Nexy.dmg" && state !== "uploaded")) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The file in which a running stack says where it is. */
async function stackFile(state: string): Promise<{ settings: { [name: string]: string } }> {
  for (;;) {
    const text = await readFile(join(state, "stack.json"), "utf8").catch(() => "")
    if (text.endsWith("}\n")) return JSON.parse(text) as { settings: { [name: string]: string } }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
