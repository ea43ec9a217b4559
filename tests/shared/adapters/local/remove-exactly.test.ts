import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { beforeEach, describe, expect, it } from "vitest"
import { removeExactly } from "../../../../shared/adapters/local/remove-exactly.ts"
import { useDirectory } from "../../../contracts/places.ts"

const directories = useDirectory()

describe("removeExactly", () => {
  let directory: string
  let file: string
  beforeEach(async () => {
    directory = directories.fresh()
    file = join(directory, "file")
    await mkdir(directory)
    await writeFile(file, "meant")
  })
  const saysMeant = async (path: string) => (await readFile(path, "utf8").catch(() => "meant")) === "meant"
  const replace = async (text: string) => {
    await writeFile(join(directory, "new"), text)
    await rename(join(directory, "new"), file)
  }

  it("deletes the file that is meant", async () => {
    expect(await removeExactly(file, saysMeant)).toBe(true)
    expect(await readdir(directory)).toEqual([])
  })

  it("finds no fault in a file that is gone", async () => {
    expect(await removeExactly(join(directory, "none"), saysMeant)).toBe(true)
  })

  it("leaves another file", async () => {
    await replace("newer")
    expect(await removeExactly(file, saysMeant)).toBe(false)
    expect(await readFile(file, "utf8")).toBe("newer")
  })

  it("puts back a file that took the place of the one that was looked at", async () => {
    const slow = async (path: string) => {
      const meant = await saysMeant(path)
      if (meant) await replace("newer")
      return meant
    }
    expect(await removeExactly(file, slow)).toBe(false)
    expect(await readFile(file, "utf8")).toBe("newer")
    expect(await readdir(directory)).toEqual(["file"])
  })

  it("keeps the newest of three", async () => {
    const texts = ["newer", "newest"]
    const slower = async (path: string) => {
      const meant = await saysMeant(path)
      await replace(texts.shift() ?? "never")
      return meant
    }
    expect(await removeExactly(file, slower)).toBe(false)
    expect(await readFile(file, "utf8")).toBe("newest")
    expect(await readdir(directory)).toEqual(["file"])
  })
})
