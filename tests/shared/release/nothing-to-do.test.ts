import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { dryRun } from "../../../shared/release/reconcile.ts"
import { wake } from "../../../shared/release/wake.ts"
import { released, stateOf } from "../../end-state.ts"
import { flipped, sampleFiles } from "../../files.ts"
import { type Desk, openDesk } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()
const signal = new AbortController().signal

describe("what writes nothing", () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
  })
  afterEach(() => desk.close())

  /** The calls to GitHub that the work made, once it is certain that it wrote nothing at all. */
  async function callsOf(work: () => Promise<unknown>) {
    const [trees, calls] = [await desk.trees(), desk.github.calls.length]
    await work()
    const made = desk.github.calls.slice(calls)
    expect(made.filter(({ write }) => write)).toEqual([])
    expect(await desk.trees()).toEqual(trees)
    return made
  }

  it.each([TAG, ""])(
    "is a second event for a finished batch in folder %j: at most four calls to GitHub",
    async (folder) => {
      await desk.dropAll(folder, files)
      await desk.run({ tag: TAG })
      const subject = `/blobServices/default/containers/inbox/blobs/${folder && `${folder}/`}App.dmg`
      const queue = { send: async () => expect.fail("there is nothing to come back for") }
      const calls = await callsOf(async () => wake({ subject }, await desk.makeWorld(), queue))
      expect(calls.length).toBeLessThanOrEqual(4)
      expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
    },
  )

  it("is an event for a tag that nobody knows", async () => {
    await callsOf(async () => expect(await desk.run({ tag: TAG })).toEqual({ status: "idle" }))
  })

  it("is a dry run of a fresh batch, which plans the whole way", async () => {
    await desk.dropAll(TAG, files)
    await callsOf(async () => {
      const { steps, problem } = await dryRun({ tag: TAG }, await desk.makeWorld(), signal)
      expect(problem).toBeUndefined()
      expect(steps.map((step) => ("name" in step ? `${step.kind} ${step.name}` : step.kind))).toEqual([
        "create-draft",
        "upload App.dmg",
        "upload App.pkg",
        "upload NOTES.md",
        "upload-sums",
        "publish",
        "commit-manifest",
        "archive App.dmg",
        "archive App.pkg",
        "archive NOTES.md",
        "complete",
      ])
    })
  })

  it("is a dry run of the batch in the root", async () => {
    await desk.dropAll("", files)
    await callsOf(async () => {
      const plan = await dryRun({}, await desk.makeWorld(), signal)
      expect(plan).toMatchObject({
        tag: TAG,
        steps: expect.arrayContaining([expect.objectContaining({ kind: "publish" })]),
      })
    })
  })

  it("is a dry run of a bad file, which tells the problem", async () => {
    await desk.dropAll(TAG, { ...files, "App.dmg": flipped(files["App.dmg"], 30_000) })
    await callsOf(async () => {
      const plan = await dryRun({ tag: TAG }, await desk.makeWorld(), signal)
      expect(plan).toMatchObject({ steps: [], problem: { code: "DMG_INVALID", remedy: expect.stringMatching(/\w/) } })
    })
  })

  it("is a dry run of what is published", async () => {
    await desk.dropAll(TAG, files)
    await desk.run({ tag: TAG })
    await callsOf(async () => {
      expect(await dryRun({ tag: TAG }, await desk.makeWorld(), signal)).toMatchObject({
        steps: [],
        alreadyPublished: true,
      })
    })
  })

  it("is a dry run of other bytes under a published tag, which tells the problem", async () => {
    await desk.dropAll(TAG, files)
    await desk.run({ tag: TAG })
    await desk.dropAll(TAG, { ...files, "NOTES.md": Buffer.from("# Something else\n") })
    await callsOf(async () => {
      const plan = await dryRun({ tag: TAG }, await desk.makeWorld(), signal)
      expect(plan).toMatchObject({ steps: [], problem: { code: "TAG_CONTENT_MISMATCH" } })
    })
  })
})
