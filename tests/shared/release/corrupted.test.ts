import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { ASSETS, type Desk, openDesk, TOKEN } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

describe("an upload that arrives with other bytes", () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
    await desk.dropAll(TAG, files)
  })
  afterEach(() => desk.close())

  function corrupt(times: number) {
    let left = times
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/upload-release-asset" && left-- > 0 ? { kind: "corrupt" } : undefined,
    )
  }

  it.each([1, 2, 3])("is sent once more (%i at once)", async (times) => {
    corrupt(times)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("again and again stops the run before anything is public, and the next run ends it", async () => {
    corrupt(Number.POSITIVE_INFINITY)
    const { inbox } = await desk.outside()
    const problem = { code: "UPLOAD_CORRUPTED", retryable: true, remedy: expect.stringMatching(/\w/) }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "thrown", problem })
    expect(await desk.outside()).toMatchObject({ inbox, archive: {}, releases: [{ draft: true, assets: {} }] })
    expect(await desk.record(TAG)).toMatchObject({ phase: "failed", problem: { code: "UPLOAD_CORRUPTED" } })
    desk.github.setIntercept(undefined)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("is not published when it is the sums", async () => {
    let uploads = 0
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/upload-release-asset" && ++uploads === 4 ? { kind: "corrupt" } : undefined,
    )
    for (let delivery = 1; delivery <= 3; delivery++) {
      if ((await desk.run({ tag: TAG })).status === "complete") break
    }
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("is told of, and stays, when it is the sums of a release that is public", async () => {
    await desk.run({ tag: TAG })
    const [release] = desk.github.releases(ASSETS)
    const sums = release?.assets.find(({ name }) => name === "SHA256SUMS")
    const path = `repos/${ASSETS}/releases/assets/${sums?.id}`
    await fetch(`${desk.github.url}/${path}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${TOKEN}`, "user-agent": "t" },
    })
    await desk.dropAll(TAG, files)
    corrupt(1)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "thrown", problem: { code: "UPLOAD_CORRUPTED" } })
    expect(desk.github.releases(ASSETS)[0]?.assets).toHaveLength(4)
  })

  it("whose digest GitHub does not know yet is asked for again", async () => {
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/upload-release-asset" ? { kind: "no-digest" } : undefined,
    )
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("whose digest GitHub never knows is not published", async () => {
    desk.github.setIntercept(() => ({ kind: "no-digest" }))
    const problem = { code: "DIGEST_MISSING", retryable: true, remedy: expect.stringMatching(/\w/) }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "thrown", problem })
    expect((await desk.outside()).releases).toMatchObject([{ draft: true }])
    desk.github.setIntercept(undefined)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })
})
