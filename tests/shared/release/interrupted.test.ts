import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Release } from "../../../shared/ports/releases.ts"
import type { World } from "../../../shared/release/world.ts"
import { released, stateOf } from "../../end-state.ts"
import { sampleFiles } from "../../files.ts"
import { ASSETS, type Desk, type Files, openDesk, TOKEN } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()
const others = await sampleFiles("1.6.1.45")

describe("a draft that an interrupted run left", () => {
  let desk: Desk
  let world: World
  beforeEach(async () => {
    desk = await openDesk()
    world = await desk.makeWorld()
    await desk.dropAll(TAG, files)
  })
  afterEach(() => desk.close())

  async function leave(assets: Files): Promise<Release> {
    const draft = await world.releases.createDraft({ tag: TAG, title: "App 1.6.1.44", body: "half done" })
    for (const [name, bytes] of Object.entries(assets)) {
      const asset = { name, sizeBytes: bytes.length, contentType: "application/octet-stream" }
      await world.releases.upload(draft, asset, () => ReadableStream.from([bytes]))
    }
    return draft
  }

  /** Runs to the end, and answers the writes that it took. */
  async function writes(): Promise<string[]> {
    const calls = desk.github.calls.length
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
    return desk.github.calls
      .slice(calls)
      .flatMap(({ write, operation }) => (write ? [operation.replace("repos/", "")] : []))
  }

  const end = ["update-release", "graphql/createCommitOnBranch"]

  it("is adopted, and only what is missing is sent", async () => {
    const { id } = await leave({ "App.dmg": files["App.dmg"] ?? Buffer.alloc(0) })
    expect(await writes()).toEqual([...Array(3).fill("upload-release-asset"), ...end])
    expect(desk.github.releases(ASSETS).map((release) => release.id)).toEqual([id])
  })

  it("is only published when everything has arrived but the sums", async () => {
    await leave(files)
    expect(await writes()).toEqual(["upload-release-asset", ...end])
  })

  it("gets title and text like any other", async () => {
    await leave(files)
    await writes()
    expect(desk.github.releases(ASSETS)).toMatchObject([{ name: "App 1.6.1.44", body: `${files["NOTES.md"]}` }])
  })

  it("keeps nothing of another batch's files", async () => {
    await leave(others)
    expect(await writes()).toEqual([
      ...Array(3).fill("delete-release-asset"),
      ...Array(4).fill("upload-release-asset"),
      ...end,
    ])
  })

  it("stays as it is when somebody put a file of their own into it", async () => {
    await leave({ ...others, "App.zip": Buffer.from("of somebody else") })
    const before = await desk.outside()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem: { code: "DRAFT_NOT_OURS" } })
    expect(await desk.outside()).toEqual(before)
  })

  it("is one of two: the older goes on, the other goes", async () => {
    const { id } = await leave({ "App.dmg": files["App.dmg"] ?? Buffer.alloc(0) })
    await leave({ "App.pkg": files["App.pkg"] ?? Buffer.alloc(0) })
    expect(await writes()).toContain("delete-release")
    expect(desk.github.releases(ASSETS).map((release) => release.id)).toEqual([id])
  })

  it("stays beside a draft of the same tag that somebody else fills, which is theirs", async () => {
    const { id } = await leave({ "App.dmg": files["App.dmg"] ?? Buffer.alloc(0) })
    const theirs = await leave({ "Press.zip": Buffer.from("photographs") })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(desk.github.releases(ASSETS)).toMatchObject([
      { id, draft: false },
      { id: theirs.id, draft: true, assets: [{ name: "Press.zip", state: "uploaded" }] },
    ])
  })

  it("holds an asset whose upload never finished: it is replaced", async () => {
    const draft = await leave({ "App.dmg": files["App.dmg"] ?? Buffer.alloc(0) })
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/upload-release-asset" ? { kind: "starter" } : undefined,
    )
    const asset = { name: "App.pkg", sizeBytes: 4, contentType: "application/octet-stream" }
    const upload = new URL(draft.uploadUrl.replace(/\{.*/, ""))
    upload.searchParams.set("name", asset.name)
    await fetch(upload, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` }, body: "half" })
    desk.github.setIntercept(undefined)
    expect(desk.github.releases(ASSETS)).toMatchObject([
      { assets: [{ name: "App.dmg" }, { name: "App.pkg", state: "starter" }] },
    ])
    expect(await writes()).toEqual(["delete-release-asset", ...Array(3).fill("upload-release-asset"), ...end])
  })

  it("is found though GitHub's list does not show it yet, by the record", async () => {
    desk.github.freezeLists(ASSETS)
    desk.github.setIntercept(({ operation }) =>
      operation === "repos/upload-release-asset" ? { kind: "status", status: 500 } : undefined,
    )
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "thrown", problem: { code: "GITHUB_FAILED" } })
    desk.github.setIntercept(undefined)
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    desk.github.thawLists(ASSETS)
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("is not mixed up with a draft of another tag", async () => {
    const other = await world.releases.createDraft({ tag: "v1.6.1.45", title: "next", body: "" })
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    const { releases, ...state } = await stateOf(desk, TAG)
    const { releases: mine, ...rest } = released(desk, TAG, files)
    expect(state).toEqual(rest)
    expect(releases).toEqual([{ tag: other.tag, draft: true, assets: {} }, ...mine])
  })

  it("is deleted by somebody while the run fills it: the run makes another", async () => {
    let deleted: Promise<void> | undefined
    desk.github.setIntercept(async ({ operation }) => {
      if (operation !== "repos/upload-release-asset" || deleted) return undefined
      const [draft] = desk.github.releases(ASSETS)
      deleted = world.releases.deleteDraft(draft?.id ?? 0)
      await deleted
      return undefined
    })
    for (let delivery = 1; delivery <= 3; delivery++) {
      if ((await desk.run({ tag: TAG })).status === "complete") break
    }
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })
})
