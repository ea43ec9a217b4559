import { describe, expect, it } from "vitest"
import { batchOf, READY_MARKER, ROOT, sortInbox } from "../../../shared/release/batch.ts"
import { SPECS, TAG } from "./observed.ts"

const sort = (...paths: string[]) =>
  sortInbox(
    paths.map((path) => ({ path, sizeBytes: 1, etag: path, modifiedAt: new Date(0) })),
    SPECS,
  )

const strays: [path: string, code: string][] = [
  ["unknown.zip", "INBOX_STRAY"],
  ["app.dmg", "INBOX_STRAY"],
  [`${TAG}/unknown.zip`, "INBOX_STRAY"],
  [`${TAG}/App.dmg.part`, "INBOX_STRAY"],
  [`${TAG}/build/App.dmg`, "INBOX_STRAY"],
  [`a/${TAG}/App.dmg`, "INBOX_STRAY"],
  ["/App.dmg", "INBOX_STRAY"],
  ["v01.2.3.4/App.dmg", "TAG_INVALID"],
  ["v1.2.3.04/App.dmg", "TAG_INVALID"],
  ["v1.2.3/App.dmg", "TAG_INVALID"],
  ["v1.2.3.4.5/App.dmg", "TAG_INVALID"],
  ["V1.2.3.4/App.dmg", "TAG_INVALID"],
  ["1.2.3.4/App.dmg", "TAG_INVALID"],
  ["v１.2.3.4/App.dmg", "TAG_INVALID"],
  ["v١.٢.٣.٤/App.dmg", "TAG_INVALID"],
  ["v1.2.3.4 /App.dmg", "TAG_INVALID"],
  ["v1.2.3.4\n/App.dmg", "TAG_INVALID"],
  ["v1.2.3.-4/App.dmg", "TAG_INVALID"],
  ["nightly/App.dmg", "TAG_INVALID"],
  [`nightly/${READY_MARKER}`, "TAG_INVALID"],
]

describe("sortInbox", () => {
  it.each(strays)("leaves %j alone and says why: %s", (path, code) => {
    const sorted = sort(path)
    expect(sorted.batches.size).toBe(0)
    expect(sorted.strays).toMatchObject([{ path, problem: { code, remedy: expect.stringMatching(/\w/) } }])
    expect(sorted.strays[0]?.problem.message).toContain(path)
  })

  it("gathers a folder's artifacts and its marker under the tag, and the root's under the root", () => {
    const { batches, strays } = sort(`${TAG}/App.dmg`, `${TAG}/${READY_MARKER}`, "NOTES.md", "v0.0.0.0/App.pkg")
    expect(strays).toEqual([])
    expect([...batches.keys()]).toEqual([TAG, ROOT, "v0.0.0.0"])
    expect(batches.get(TAG)).toMatchObject({
      artifacts: [{ name: "App.dmg", kind: "dmg", file: { path: `${TAG}/App.dmg` } }],
      markers: [{ path: `${TAG}/${READY_MARKER}` }],
    })
    expect(batches.get(ROOT)?.artifacts).toMatchObject([{ name: "NOTES.md", kind: "notes" }])
  })
})

describe("batchOf", () => {
  it.each<[string, string | undefined]>([
    ["App.dmg", ROOT],
    ["anything.else", ROOT],
    [`${TAG}/App.dmg`, TAG],
    [`${TAG}/anything.else`, TAG],
    [`${TAG}/build/App.dmg`, undefined],
    ["nightly/App.dmg", undefined],
    ["V1.6.1.44/App.dmg", undefined],
    ["/App.dmg", undefined],
    [`/${TAG}/App.dmg`, undefined],
  ])("of %j is %j", (path, batch) => expect(batchOf(path)).toBe(batch))
})
