import { truncate } from "node:fs/promises"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { ProblemCode } from "../../../shared/problem.ts"
import { released, stateOf } from "../../end-state.ts"
import { flipped, sampleFiles } from "../../files.ts"
import { type Desk, openDesk } from "../../world.ts"

const TAG = "v1.6.1.44"
const files = await sampleFiles()
const { "App.dmg": image, "App.pkg": installer } = files as Record<string, Buffer>
if (!image || !installer) throw new Error("the sample lacks a file")

const page = Buffer.from(
  "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>Not here.</body></html>\n",
)

describe("a batch with a bad file", () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
  })
  afterEach(() => desk.close())

  it.each<[what: string, name: string, Buffer, ProblemCode]>([
    ["a disk image cut at 90 %", "App.dmg", image.subarray(0, Math.floor(image.length * 0.9)), "DMG_INVALID"],
    ["a disk image with a flipped bit in its data fork", "App.dmg", flipped(image, 30_000), "DMG_INVALID"],
    ["a disk image with a flipped bit in its trailer", "App.dmg", flipped(image, image.length - 512), "DMG_INVALID"],
    ["a web page named like the disk image", "App.dmg", page, "DMG_INVALID"],
    ["an empty disk image", "App.dmg", Buffer.alloc(0), "ARTIFACT_EMPTY"],
    ["a package cut at 90 %", "App.pkg", installer.subarray(0, Math.floor(installer.length * 0.9)), "PKG_INVALID"],
    ["a package with a flipped bit", "App.pkg", flipped(installer, 5_000), "PKG_INVALID"],
    ["a web page named like the package", "App.pkg", page, "PKG_INVALID"],
    ["an empty package", "App.pkg", Buffer.alloc(0), "ARTIFACT_EMPTY"],
    ["blank notes", "NOTES.md", Buffer.from("\ufeff \n\t\n"), "NOTES_INVALID"],
    ["notes in UTF-16", "NOTES.md", Buffer.from("\ufeff# Fixed\n", "utf16le"), "NOTES_INVALID"],
    ["notes in UTF-16 without a mark", "NOTES.md", Buffer.from("# Fixed\n", "utf16le"), "NOTES_INVALID"],
    ["empty notes", "NOTES.md", Buffer.alloc(0), "ARTIFACT_EMPTY"],
  ])("is refused for %s, changes nothing, and goes on when the file is right", async (_, name, bytes, code) => {
    await desk.dropAll(TAG, { ...files, [name]: bytes })
    const before = await desk.outside()
    const refused = { status: "blocked", problem: { code, remedy: expect.stringMatching(/\w/) } }
    expect(await desk.run({ tag: TAG })).toMatchObject(refused)
    expect(await desk.outside()).toEqual(before)
    expect(await desk.record(TAG)).toMatchObject({
      phase: "blocked",
      problem: { code, message: expect.stringContaining(name) },
    })

    const calls = desk.github.calls.length
    expect(await desk.run({ tag: TAG })).toMatchObject(refused)
    expect(desk.github.calls.slice(calls).filter(({ write }) => write)).toEqual([])
    expect(await desk.outside()).toEqual(before)

    await desk.drop(`${TAG}/${name}`, files[name] ?? "")
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "complete" })
    expect(await stateOf(desk, TAG)).toEqual(released(desk, TAG, files))
  })

  it("is refused for a file of 2 GiB without reading it", async () => {
    await desk.dropAll(TAG, files)
    await truncate(desk.at("inbox", TAG, "App.pkg"), 2 ** 31)
    const before = await desk.outside()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem: { code: "ARTIFACT_TOO_LARGE" } })
    expect(await desk.outside()).toEqual(before)
    expect(desk.github.calls.filter(({ write }) => write)).toEqual([])
  })

  it("tells of an image that is damaged at its very end, and leaves no draft of the files that arrived", async () => {
    const long = await sampleFiles("1.6.1.44", 1_200_000)
    await desk.dropAll(TAG, { ...long, "App.dmg": flipped(long["App.dmg"], 1_190_000) })
    const before = await desk.outside()
    expect(await desk.run({ tag: TAG })).toMatchObject({ status: "blocked", problem: { code: "DMG_INVALID" } })
    expect(await desk.outside()).toEqual(before)
  })

  it("names the same file in the folder and in the root, and takes neither", async () => {
    await desk.dropAll(TAG, files)
    await desk.drop("App.dmg", image)
    const before = await desk.outside()
    expect(await desk.run()).toMatchObject({ status: "blocked", problem: { code: "INBOX_AMBIGUOUS" } })
    expect(await desk.outside()).toEqual(before)
  })
})
