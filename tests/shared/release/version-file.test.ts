import { afterEach, describe, expect, it } from "vitest"
import { released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { type Desk, openDesk, WORKSPACE } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()

describe("a batch while VERSION does not name its tag", () => {
  let desk: Desk
  afterEach(() => desk.close())

  const repair = () => desk.github.pushFile(WORKSPACE, "VERSION", "1.6.1.44\n", "chore: version")
  const texts: [string, string | undefined][] = [
    ["is absent", undefined],
    ["says main", "main\n"],
    ["ends in CRLF", "1.6.1.44\r\n"],
    ["begins with a byte-order mark", "\ufeff1.6.1.44\n"],
    ["is empty", ""],
  ]

  it.each(texts)("is kept in its folder when VERSION %s, and released once it is repaired", async (_, text) => {
    desk = await openDesk({ version: text })
    await desk.dropAll(TAG, files)
    const before = await desk.outside()
    const problem = { code: "VERSION_UNREADABLE", remedy: expect.stringMatching(/\w/) }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem })
    expect(await desk.outside()).toEqual(before)
    await repair()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual({ ...released(desk, TAG, files), commits: 2 })
  })

  it.each(texts)("is kept in the root when VERSION %s, and released once it is repaired", async (_, text) => {
    desk = await openDesk({ version: text })
    await desk.dropAll("", files)
    const before = await desk.outside()
    expect(await desk.run()).toMatchObject({ status: "blocked", problem: { code: "VERSION_UNREADABLE" } })
    expect(await desk.record("unassigned")).toMatchObject({
      phase: "blocked",
      problem: { code: "VERSION_UNREADABLE", remedy: expect.stringMatching(/\w/) },
      artifacts: [{ name: "App.dmg" }, { name: "App.pkg" }, { name: "NOTES.md" }],
    })
    expect(await desk.outside()).toEqual(before)
    await repair()
    expect(await desk.run()).toMatchObject({ status: "complete" })
    expect(await desk.record("unassigned")).toMatchObject({ phase: "complete" })
    expect(await stateOf(desk, TAG)).toEqual({ ...released(desk, TAG, files), commits: 2 })
  })

  it("is kept in its folder when VERSION names another, and released once VERSION follows", async () => {
    desk = await openDesk({ version: "1.6.1.43\n" })
    await desk.dropAll(TAG, files)
    const before = await desk.outside()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem: { code: "VERSION_MISMATCH" } })
    expect(await desk.outside()).toEqual(before)
    await repair()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual({ ...released(desk, TAG, files), commits: 2 })
  })
})
