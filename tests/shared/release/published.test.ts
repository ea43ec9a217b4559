import { rm } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { digestOfBytes } from "../../tree.ts"
import { ASSETS, type Desk, openDesk, TOKEN, WORKSPACE } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()
const others = await sampleFiles("1.6.1.45")

describe("a batch whose tag is published", () => {
  let desk: Desk
  afterEach(() => desk.close())

  async function openReleased(immutable = false) {
    desk = await openDesk({ immutable })
    await desk.dropAll(TAG, files)
    expect(await desk.run({ tag: TAG })).toEqual({ status: "complete" })
  }

  it.each(["App.dmg", "App.pkg", "NOTES.md"])("with another %s changes nothing", async (name) => {
    await openReleased()
    await desk.dropAll(TAG, { ...files, [name]: others[name] ?? Buffer.alloc(0) })
    const before = await desk.outside()
    const problem = {
      code: "TAG_CONTENT_MISMATCH",
      message: expect.stringContaining(name),
      remedy: expect.stringMatching(/\w/),
    }
    expect(await desk.run({ tag: TAG, asked: true, allowSameBytes: true })).toMatchObject({
      status: "blocked",
      problem,
    })
    expect(await desk.outside()).toEqual(before)
  })

  it("with notes of the same length but another word changes nothing", async () => {
    await openReleased()
    await desk.dropAll(TAG, { ...files, "NOTES.md": Buffer.from(`${files["NOTES.md"]}`.replace("faster", "slower")) })
    const before = await desk.outside()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem: { code: "TAG_CONTENT_MISMATCH" } })
    expect(await desk.outside()).toEqual(before)
  })

  it("remembers what was released, not what was refused afterwards", async () => {
    await openReleased()
    const right = (await desk.record(TAG)).artifacts
    await desk.drop(`${TAG}/App.dmg`, "<html>")
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked" })
    await rm(join(desk.at("inbox"), TAG), { recursive: true })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    const digests = (artifacts: typeof right) => artifacts.map(({ name, size, digest }) => ({ name, size, digest }))
    expect(digests((await desk.record(TAG)).artifacts)).toEqual(digests(right))
  })

  it("with the same bytes is skipped, says so, and empties the inbox again", async () => {
    await openReleased()
    await desk.dropAll(TAG, files)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(desk.spoken.join("\n")).toContain(`already published, skip (tag=${TAG})`)
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("gets the asset that is missing while the release can be changed", async () => {
    desk = await openDesk()
    await desk.dropAll(TAG, {
      "App.dmg": files["App.dmg"] ?? Buffer.alloc(0),
      "NOTES.md": files["NOTES.md"] ?? Buffer.alloc(0),
    })
    await desk.run({ tag: TAG, asked: true })
    await desk.dropAll(TAG, { "App.pkg": files["App.pkg"] ?? Buffer.alloc(0) })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    const state = await stateOf(desk, TAG)
    const end = released(desk, TAG, files)
    // The sums were published with two files and stay: published content is never replaced.
    expect(state.releases[0]?.assets).toMatchObject({ "App.pkg": digestOfBytes(files["App.pkg"] ?? Buffer.alloc(0)) })
    expect({ ...state, releases: end.releases }).toEqual(end)
  })

  it("is told to be incomplete when the release can never be changed again", async () => {
    desk = await openDesk({ immutable: true })
    await desk.dropAll(TAG, {
      "App.dmg": files["App.dmg"] ?? Buffer.alloc(0),
      "NOTES.md": files["NOTES.md"] ?? Buffer.alloc(0),
    })
    await desk.run({ tag: TAG, asked: true })
    await desk.dropAll(TAG, { "App.pkg": files["App.pkg"] ?? Buffer.alloc(0) })
    const before = await desk.outside()
    const problem = {
      code: "RELEASE_INCOMPLETE",
      message: expect.stringContaining("App.pkg"),
      remedy: expect.stringMatching(/\w/),
    }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem })
    expect(await desk.outside()).toEqual(before)
  })

  it("is not published again under a tag that an immutable release has burned", async () => {
    await openReleased(true)
    const world = await desk.makeWorld()
    const { id } = (await world.releases.published(TAG)) ?? { id: 0 }
    await fetch(`${desk.github.url}/repos/${ASSETS}/releases/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${TOKEN}`, "user-agent": "tests" },
    })
    await desk.dropAll(TAG, files)
    const { inbox } = await desk.outside()
    const problem = { code: "TAG_BURNED", remedy: expect.stringMatching(/\w/) }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem })
    expect(await desk.outside()).toMatchObject({ inbox })
  })
})

describe("a new version", () => {
  let desk: Desk
  afterEach(() => desk.close())

  async function openAfter(version: string) {
    desk = await openDesk({ version: `${version}\n` })
    await desk.dropAll(`v${version}`, files)
    await desk.run({ tag: `v${version}` })
    await desk.github.pushFile(WORKSPACE, "VERSION", "1.6.1.44\n", "chore: version")
  }

  it("with the bytes of the one before is a phantom, unless they are meant", async () => {
    await openAfter("1.6.1.43")
    await desk.dropAll(TAG, { ...files, "NOTES.md": Buffer.from("# Nothing new\n") })
    const before = await desk.outside()
    const problem = {
      code: "PHANTOM_RELEASE",
      message: expect.stringContaining("v1.6.1.43"),
      remedy: expect.stringMatching(/\w/),
    }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem })
    expect(await desk.outside()).toEqual(before)
    expect(await desk.run({ tag: TAG, allowSameBytes: true })).toMatchObject({ status: "complete" })
    expect(await desk.manifest()).toMatchObject({ version: "1.6.1.44", build: "1.6.1.44" })
    expect((await desk.ledger()).map(({ tag }) => tag)).toEqual(["v1.6.1.43", TAG])
  })

  it("with other bytes is offered in place of the one before, which stays as it is", async () => {
    await openAfter("1.6.1.43")
    const [before] = (await desk.outside()).releases
    await desk.dropAll(TAG, others)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    const { releases, commits, ledger, archive, ...state } = await stateOf(desk, TAG)
    const { releases: mine, ...end } = released(desk, TAG, others)
    expect(releases).toEqual([before, ...mine])
    expect({ ...state, commits: commits - 2, ledger: ledger.slice(1) }).toEqual({ ...end, archive: undefined })
    expect(archive).toMatchObject(end.archive)
  })

  it("that is older than the one offered is refused", async () => {
    await openAfter("1.6.1.45")
    await desk.dropAll(TAG, others)
    const before = await desk.outside()
    const problem = {
      code: "VERSION_NOT_NEWER",
      message: expect.stringContaining("1.6.1.45"),
      remedy: expect.stringMatching(/\w/),
    }
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem })
    expect(await desk.outside()).toEqual(before)
  })
})
