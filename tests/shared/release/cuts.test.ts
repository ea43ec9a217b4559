import { describe, expect, it } from "vitest"
import type { World } from "../../../shared/release/world.ts"
import { brokenPromises, released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { digestOfBytes } from "../../tree.ts"
import { openDesk } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()
const digests = new Set(Object.values(files).map(digestOfBytes))

/** The methods that change something, port by port. */
const writing = {
  inbox: ["copyToArchive", "remove"],
  state: ["put", "append"],
  releases: ["createDraft", "deleteDraft", "upload", "deleteAsset", "publish"],
  workspace: ["commit"],
} as const

type Cut = { index: number; when: "before" | "after" }

/** A world in which the process dies at one write: before it, or after it and before its outcome is known. Nothing works then. */
function dying(world: World, cut?: Cut) {
  const writes: string[] = []
  let dead = false
  const die = () => {
    dead = true
    throw new Error("SIGKILL")
  }
  function mortal<Port extends object>(port: Port, names: readonly string[]): Port {
    const wrap = (name: string, method: (...given: unknown[]) => unknown) => {
      if (!names.includes(name)) return (...given: unknown[]) => (dead ? die() : method(...given))
      return async (...given: unknown[]) => {
        if (dead) die()
        const index = writes.push(name) - 1
        if (index === cut?.index && cut.when === "before") die()
        const answer = await method(...given)
        if (dead || index === cut?.index) die()
        return answer
      }
    }
    const methods = Object.entries(port).map(([name, value]) => [
      name,
      typeof value === "function" ? wrap(name, value) : value,
    ])
    return Object.fromEntries(methods)
  }
  return {
    writes,
    world: {
      ...world,
      inbox: mortal(world.inbox, writing.inbox),
      state: mortal(world.state, writing.state),
      releases: mortal(world.releases, writing.releases),
      workspace: mortal(world.workspace, writing.workspace),
    },
  }
}

const cuts = (await cleanWrites()).flatMap((name, index) =>
  (["before", "after"] as const).map((when) => ({ index, when, name })),
)

describe("a process that dies", () => {
  it.concurrent.each(cuts)(
    "$when write $index ($name) loses nothing, and the next one ends the release",
    async (cut) => {
      const desk = await openDesk()
      await desk.dropAll(TAG, files)
      const { world } = dying(await desk.makeWorld(), cut)
      expect(await desk.run({ tag: TAG }, world)).toMatchObject({
        status: "thrown",
        problem: { message: "Error: SIGKILL" },
      })

      const { inbox, archive } = await desk.outside()
      expect(new Set([...Object.values(inbox), ...Object.values(archive)])).toEqual(digests)
      expect(await brokenPromises(desk)).toEqual([])

      expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
      expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
      await desk.close()
    },
  )

  it("and whose record is lost with it still ends the release", async () => {
    const desk = await openDesk()
    await desk.dropAll(TAG, files)
    const publish = cuts.find(({ name, when }) => name === "publish" && when === "after")
    await desk.run({ tag: TAG }, dying(await desk.makeWorld(), publish).world)
    await desk.forgetState()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
    await desk.close()
  })
})

async function cleanWrites(): Promise<string[]> {
  const desk = await openDesk()
  await desk.dropAll(TAG, files)
  const { writes, world } = dying(await desk.makeWorld())
  expect(await desk.run({ tag: TAG }, world)).toEqual({ status: "complete" })
  await desk.close()
  return writes
}
