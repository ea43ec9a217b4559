import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { overview, unfinished } from "../../../shared/release/sweep.ts"
import { sampleFiles } from "../../files.ts"
import { type Desk, openDesk } from "../../world.ts"

const files = await sampleFiles()
const folders = ["v01.6.1.44", "v1.6.1", "V1.6.1.44", "v１.6.1.44", "v1.6.1.44/build", "nightly"]

describe("files that belong to no batch", () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
  })
  afterEach(() => desk.close())

  it.each(folders)("lie in %s, are shown, and are never released", async (folder) => {
    await desk.dropAll(folder, files)
    const before = await desk.outside()
    const world = await desk.makeWorld()
    expect(await unfinished(world)).toEqual([])
    for (const tag of [undefined, "v1.6.1.44"]) expect(await desk.run({ tag })).toEqual({ status: "idle" })
    const { strays } = await overview(world)
    expect(strays.map(({ path }) => path)).toEqual(Object.keys(files).map((name) => `${folder}/${name}`))
    expect(await desk.outside()).toEqual(before)
    expect(desk.github.calls.filter(({ write }) => write)).toEqual([])
  })

  it("stay behind when the batch beside them is released", async () => {
    await desk.dropAll("v1.6.1.44", files)
    await desk.drop("v1.6.1.44/App.zip", "no installer")
    expect(await desk.run({ tag: "v1.6.1.44" })).toMatchObject({ status: "complete" })
    expect(Object.keys((await desk.outside()).inbox)).toEqual(["v1.6.1.44/App.zip"])
    expect(await desk.run({ tag: "v1.6.1.44" })).toMatchObject({ status: "complete" })
  })
})
