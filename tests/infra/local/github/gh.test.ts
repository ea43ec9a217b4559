import { execFile, execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type LookAlike, sha256, startLookAlike } from "./look-alike.ts"

const gh = installed()

/** GitHub's own command line, through a proxy because it knows the API by name only. Not run where `gh` is not installed. */
describe.skipIf(!gh)("the real gh (skipped where it is not installed)", () => {
  let hub: LookAlike
  let folder: string
  beforeEach(async () => {
    hub = await startLookAlike()
    folder = await mkdtemp(join(tmpdir(), "slipway-gh-"))
    await mkdir(join(folder, "configuration"))
  })
  afterEach(async () => {
    await hub.close()
    await rm(folder, { recursive: true, force: true })
  })

  const run = async (...args: string[]) => {
    const settings = {
      HTTP_PROXY: hub.github.url,
      NO_PROXY: "",
      GH_HOST: "github.localhost",
      GH_TOKEN: "local-token",
      GH_CONFIG_DIR: join(folder, "configuration"),
      GH_NO_UPDATE_NOTIFIER: "1",
    }
    const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
    const command = [...assignments, "gh", ...args, "-R", "github.localhost/acme/app"]
    return (await promisify(execFile)("env", command, { cwd: folder })).stdout
  }

  it("creates, lists, views, downloads, edits and deletes releases", async () => {
    const image = randomBytes(2_000_000)
    await writeFile(join(folder, "Nexy.dmg"), image)
    await writeFile(join(folder, "notes.md"), "What is new.\n")
    expect(await run("release", "create", "v1.0.0.1", "Nexy.dmg", "-t", "Nexy 1", "-F", "notes.md")).toBe(
      "http://github.localhost/acme/app/releases/tag/v1.0.0.1\n",
    )
    expect(hub.github.releases("acme/app")).toMatchObject([
      { tag: "v1.0.0.1", draft: false, name: "Nexy 1", assets: [{ name: "Nexy.dmg", digest: sha256(image) }] },
    ])
    expect(await run("release", "list")).toMatch(/^Nexy 1\tLatest\tv1\.0\.0\.1\t/)
    expect(await run("release", "view", "v1.0.0.1")).toContain("asset:\tNexy.dmg")
    await run("release", "download", "v1.0.0.1", "-D", "out")
    expect(await readFile(join(folder, "out", "Nexy.dmg"))).toEqual(image)

    await run("release", "create", "v1.0.0.2", "--draft", "-n", "next")
    expect(JSON.parse(await run("release", "view", "v1.0.0.2", "--json", "isDraft"))).toEqual({ isDraft: true })
    await run("release", "upload", "v1.0.0.2", "Nexy.dmg")
    await expect(run("release", "upload", "v1.0.0.2", "Nexy.dmg")).rejects.toThrow(/already exists/)
    await run("release", "edit", "v1.0.0.2", "--draft=false")
    expect(hub.github.releases("acme/app").map(({ draft }) => draft)).toEqual([false, false])
    await run("release", "delete", "v1.0.0.2", "-y")
    expect(hub.github.releases("acme/app")).toHaveLength(1)
  })
})

function installed(): boolean {
  try {
    execFileSync("gh", ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}
