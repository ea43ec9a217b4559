import { describe, expect, it } from "vitest"
import { released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { MANIFEST, openDesk, WORKSPACE } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

describe("the manifest's commit", () => {
  const manifest = {
    version: "1.6.1.43",
    build: "1.6.1.43",
    artifact: { arch: "arm64", min_os: "13.0", ed25519: "c2lnbmVk", sha256: "0".repeat(64), mirror: "cdn" },
    critical: true,
    auto_install: false,
    rollout: { percent: 10 },
    release_date: "2026-02-15T19:57:35.968960+00:00",
  }

  it("goes on top of what somebody pushed in the meantime, and loses nothing of it", async () => {
    const desk = await openDesk()
    await desk.dropAll(TAG, files)
    let pushed = false
    desk.github.setIntercept(async ({ operation }) => {
      if (operation !== "graphql/createCommitOnBranch" || pushed) return undefined
      pushed = true
      await desk.github.pushFile(WORKSPACE, "README.md", "Theirs.\n", "docs: theirs")
      return undefined
    })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual({ ...released(desk, TAG, files), commits: 2 })
    expect(await desk.github.readFile(WORKSPACE, "README.md")).toBe("Theirs.\n")
    expect((await desk.github.commits(WORKSPACE)).map(({ message }) => message.split("\n")[0])).toEqual([
      "release: offer App 1.6.1.44",
      "docs: theirs",
      "Initial commit",
    ])
    await desk.close()
  })

  it("keeps the maintainers' choices, also those made in the meantime, and keys that Slipway does not know", async () => {
    const desk = await openDesk({ manifest: JSON.stringify(manifest) })
    await desk.dropAll(TAG, files)
    let pushed = false
    desk.github.setIntercept(async ({ operation }) => {
      if (operation !== "graphql/createCommitOnBranch" || pushed) return undefined
      pushed = true
      await desk.github.pushFile(
        WORKSPACE,
        MANIFEST,
        JSON.stringify({ ...manifest, critical: false }),
        "fix: not critical",
      )
      return undefined
    })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await desk.manifest()).toMatchObject({
      version: "1.6.1.44",
      artifact: { arch: "arm64", min_os: "13.0", ed25519: "", mirror: "cdn" },
      critical: false,
      auto_install: false,
      rollout: { percent: 10 },
      release_date: "2026-11-22T10:00:00.000+00:00",
    })
    expect(await stateOf(desk, TAG)).toEqual({ ...released(desk, TAG, files), commits: 2 })
    await desk.close()
  })

  it.each([["[1]"], ['{"version": "latest"}'], ["not JSON"]])(
    "is not made over a manifest that is %s: a person repairs it",
    async (text) => {
      const desk = await openDesk({ manifest: text })
      await desk.dropAll(TAG, files)
      const before = await desk.outside()
      const problem = { code: "MANIFEST_INVALID", remedy: expect.stringMatching(/\w/) }
      expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem })
      expect(await desk.outside()).toEqual(before)
      await desk.close()
    },
  )
})
