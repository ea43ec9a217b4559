import { randomBytes } from "node:crypto"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ghAt, ghInstalled } from "../../../gh.ts"
import { type LookAlike, sha256, startLookAlike } from "./look-alike.ts"

/** GitHub's own command line. Not run where `gh` is not installed. */
describe.skipIf(!ghInstalled)("the real gh (skipped where it is not installed)", () => {
  let hub: LookAlike
  let folder: string
  beforeEach(async () => {
    hub = await startLookAlike()
    folder = await mkdtemp(join(tmpdir(), "slipway-gh-"))
  })
  afterEach(async () => {
    await hub.close()
    await rm(folder, { recursive: true, force: true })
  })

  const run = (...args: string[]) =>
    ghAt(hub.github.url, { token: "local-token", repository: "acme/app", folder })(...args)

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
