import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Problem } from "../../../shared/problem.ts"
import { brokenPromises, released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { ASSETS, type Desk, openDesk, WORKSPACE } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

describe("runs at the same time", () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
  })
  afterEach(() => desk.close())

  it("of one tag end as if one had run", async () => {
    await desk.dropAll(TAG, files)
    const endings = await Promise.all(Array.from({ length: 4 }, () => desk.run({ tag: TAG })))
    expect(endings.map(({ status }) => status).filter((status) => status !== "busy")).toContain("complete")
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
    expect(desk.github.calls.filter(({ operation }) => operation === "repos/create-release")).toHaveLength(1)
  })

  it("of one batch in the root, asked for by its tag and without, end as if one had run", async () => {
    await desk.dropAll("", files)
    await Promise.all([desk.run(), desk.run({ tag: TAG, asked: true })])
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("of one tag that no lease keeps apart end in one release, or stop and end in one when run again", async () => {
    await desk.dropAll(TAG, files)
    const promises = new Set<string>()
    desk.github.setIntercept(async () => {
      for (const promise of await brokenPromises(desk)) promises.add(promise)
      return undefined
    })
    const free = { acquire: async () => ({ signal: new AbortController().signal, release: async () => undefined }) }
    const worlds = await Promise.all([desk.makeWorld(), desk.makeWorld()])
    await Promise.all(worlds.map((world) => desk.run({ tag: TAG }, { ...world, leases: free })))
    for (let delivery = 2; delivery <= 4; delivery++) {
      if ((await desk.run({ tag: TAG })).status === "complete") break
    }
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
    expect([...promises]).toEqual([])
  })

  it("of two tags release the one that VERSION names, and the other once VERSION follows", async () => {
    const next = await sampleFiles("1.6.1.45")
    await desk.dropAll(TAG, files)
    await desk.dropAll("v1.6.1.45", next)
    const [one, other] = await Promise.all([desk.run({ tag: TAG }), desk.run({ tag: "v1.6.1.45" })])
    expect(one).toMatchObject({ status: "complete" })
    expect(other).toMatchObject({ status: "blocked", problem: { code: "VERSION_MISMATCH" } })
    await desk.github.pushFile(WORKSPACE, "VERSION", "1.6.1.45\n", "chore: version")
    expect(await desk.run({ tag: "v1.6.1.45" })).toMatchObject({ status: "complete" })
    expect((await desk.outside()).inbox).toEqual({})
    expect(desk.github.releases(ASSETS).map(({ tag, draft }) => ({ tag, draft }))).toEqual([
      { tag: TAG, draft: false },
      { tag: "v1.6.1.45", draft: false },
    ])
    expect((await desk.ledger()).map(({ tag }) => tag)).toEqual([TAG, "v1.6.1.45"])
  })
})

describe("a run whose lease is lost", () => {
  it("stops before it publishes, leaves the record to the next holder, and the next run ends it", async () => {
    const desk = await openDesk()
    await desk.dropAll(TAG, files)

    const lost = new AbortController()
    const leases = { acquire: async () => ({ signal: lost.signal, release: async () => undefined }) }
    desk.github.setIntercept(({ operation }) => {
      if (operation === "repos/get-release") lost.abort(new Problem("LEASE_LOST", "somebody else holds it"))
      return undefined
    })
    const ending = await desk.run({ tag: TAG }, { ...(await desk.makeWorld()), leases })
    expect(ending).toMatchObject({ status: "thrown", problem: { code: "LEASE_LOST" } })
    expect(desk.github.releases(ASSETS)).toMatchObject([{ draft: true }])
    expect(await desk.record(TAG)).toMatchObject({ phase: "publishing" })
    desk.github.setIntercept(undefined)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
    await desk.close()
  })
})
