import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { directoryInbox } from "../../../shared/adapters/local/directory-inbox.ts"
import type { Inbox } from "../../../shared/ports/inbox.ts"
import { copyBatch } from "../../../shared/release/ship.ts"
import { temporaryFolder } from "../../stack.ts"

describe("copyBatch", () => {
  let temporary: Awaited<ReturnType<typeof temporaryFolder>>
  let [from, to]: [Inbox, Inbox] = [] as never
  beforeEach(async () => {
    temporary = await temporaryFolder()
    const folder = (name: string) => join(temporary.folder, name)
    await mkdir(folder("from"))
    await writeFile(join(folder("from"), "App.dmg"), "image")
    await writeFile(join(folder("from"), "NOTES.md"), "# Notes")
    from = directoryInbox(folder("from"), folder("archive"))
    to = directoryInbox(folder("to"), folder("archive"))
  })
  afterEach(() => temporary.remove())

  const paths = async () => (await to.list()).map(({ path }) => path).sort()

  it("holds the batch until the last file is there, and then marks it as ready", async () => {
    const seen: string[][] = []
    const watched: Inbox = {
      ...to,
      async put(path, body, options) {
        const file = await to.put(path, body, options)
        seen.push(await paths())
        return file
      },
    }
    const files = await copyBatch(from, watched, "v1.6.1.44", () => {})
    expect(files.map(({ path }) => path).sort()).toEqual(["v1.6.1.44/App.dmg", "v1.6.1.44/NOTES.md"])
    expect(seen.slice(0, -1).every((there) => there.includes("v1.6.1.44/_uploading"))).toBe(true)
    expect(seen.at(-1)).toEqual(["v1.6.1.44/App.dmg", "v1.6.1.44/NOTES.md", "v1.6.1.44/_ready"])
  })

  it("leaves the batch held when a file does not arrive", async () => {
    const failing: Inbox = {
      ...to,
      put: (path, body, options) =>
        path.endsWith(".dmg") ? Promise.reject(new Error("cut")) : to.put(path, body, options),
    }
    await expect(copyBatch(from, failing, "", () => {})).rejects.toThrow("cut")
    expect(await paths()).toContain("_uploading")
    expect(await paths()).not.toContain("_ready")
  })

  it("has nothing to do with an empty folder", async () => {
    const empty = directoryInbox(join(temporary.folder, "empty"), join(temporary.folder, "archive"))
    await expect(copyBatch(empty, to, "", () => {})).rejects.toMatchObject({ code: "BATCH_INCOMPLETE" })
    expect(await paths()).toEqual([])
  })
})
