import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { World } from "../../../shared/release/world.ts"
import { brokenPromises, released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { digestOfBytes } from "../../tree.ts"
import { ASSETS, type Desk, type Files, openDesk } from "../../world.ts"

const TAG = "v1.6.1.44"
const old = await sampleFiles("1.6.1.44", 2_500_000)
const image = (await sampleFiles("1.6.1.45", 2_500_000))["App.dmg"] ?? Buffer.alloc(0)
const fresh = { ...old, "App.dmg": image }

describe("a file that is replaced", () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
    await desk.dropAll(TAG, old)
  })
  afterEach(() => desk.close())

  const replace = once(() => desk.drop(`${TAG}/App.dmg`, image))

  /** A world in which the image is replaced when its chunk of that number has been read for the first time. */
  async function replacingAfter(chunks: number): Promise<World> {
    const { inbox, ...world } = await desk.makeWorld()
    const replaceNow = replace()
    return {
      ...world,
      inbox: {
        ...inbox,
        async *read(file, options) {
          let left = chunks
          const whole = file.path.endsWith("App.dmg") && !options?.range
          if (whole && left === 0) await replaceNow()
          for await (const chunk of inbox.read(file, options)) {
            yield chunk
            if (whole && --left === 0) await replaceNow()
          }
        },
      },
    }
  }

  it.each([0, 1, 2, 3])("after %i chunks were read is released as it is now, never a mixture", async (chunks) => {
    expect(await desk.run({ tag: TAG }, await replacingAfter(chunks))).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, fresh))
  })

  it.each(["repos/upload-release-asset", "repos/get-release"])(
    "at the first %s is released as it is now",
    async (name) => {
      const replaceNow = replace()
      desk.github.setIntercept(async ({ operation }) => {
        if (operation === name) await replaceNow()
        return undefined
      })
      expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
      expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, fresh))
    },
  )

  it("by one more file while it was sent: the release waits for that one too", async () => {
    const { "App.pkg": pkg, ...rest } = fresh as Files
    const late = await openDesk()
    await late.dropAll(TAG, rest)
    let arrived = false
    late.github.setIntercept(async ({ operation }) => {
      if (operation !== "repos/upload-release-asset" || arrived) return undefined
      arrived = true
      await late.drop(`${TAG}/App.pkg`, pkg ?? "")
      return undefined
    })
    expect(await late.run({ tag: TAG, asked: true })).toMatchObject({ status: "complete" })
    expect(await stateOf(late, TAG)).toEqual(released(late, TAG, fresh))
    await late.close()
  })

  it("while the release is published stays in the inbox, and nothing is offered that was not published", async () => {
    const replaceNow = replace()
    desk.github.setIntercept(async ({ operation }) => {
      if (operation === "repos/update-release") await replaceNow()
      return undefined
    })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem: { code: "TAG_CONTENT_MISMATCH" } })
    const { inbox, releases, archive } = await desk.outside()
    expect(inbox[`${TAG}/App.dmg`]).toBe(digestOfBytes(image))
    expect(archive).toEqual({})
    expect(releases).toMatchObject([{ draft: false, assets: { "App.dmg": digestOfBytes(old["App.dmg"] ?? image) } }])
    expect(await brokenPromises(desk)).toEqual([])

    await desk.drop(`${TAG}/App.dmg`, old["App.dmg"] ?? "")
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, old))
  })

  it("over and over is given up after some rounds, with a remedy, and goes on later", async () => {
    let turn = 0
    desk.github.setIntercept(async ({ operation }) => {
      if (operation === "repos/get-release")
        await desk.drop(`${TAG}/App.dmg`, turn++ % 2 ? image : (old["App.dmg"] ?? ""))
      return undefined
    })
    const problem = { code: "ROUNDS_EXHAUSTED", retryable: true, remedy: expect.stringMatching(/\w/) }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "thrown", problem })
    expect(desk.github.releases(ASSETS).map(({ draft }) => draft)).not.toContain(false)
    desk.github.setIntercept(undefined)
    await desk.drop(`${TAG}/App.dmg`, image)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, fresh))
  })
})

/** Does the work at the first call only. */
function once(work: () => Promise<void>): () => () => Promise<void> {
  return () => {
    let done: Promise<void> | undefined
    return () => {
      done ??= work()
      return done
    }
  }
}
