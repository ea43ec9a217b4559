import { appendFile, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { beforeEach, describe, expect, it } from "vitest"
import { directoryInbox } from "../../../../shared/adapters/local/directory-inbox.ts"
import type { Inbox, InboxFile } from "../../../../shared/ports/inbox.ts"
import { useDirectory } from "../../../contracts/places.ts"

const directories = useDirectory()

describe("directory inbox", () => {
  let directory: string
  let inbox: Inbox
  beforeEach(async () => {
    directory = directories.fresh()
    await mkdir(join(directory, "v1.2.3.4"), { recursive: true })
    inbox = directoryInbox(directory, directories.fresh())
  })
  const changed = { code: "INBOX_CHANGED" }
  const only = async (): Promise<InboxFile> => {
    const [file] = await inbox.list()
    if (!file) throw new Error("the inbox is empty")
    return file
  }
  const outside: InboxFile = { path: "../secret", sizeBytes: 6, etag: "", modifiedAt: new Date(0) }

  it.each(["../secret", "/etc/hostname", "v1.2.3.4/../../secret", "", ".", "v1\0"])(
    "does not leave for %j",
    async (path) => {
      const refused = { code: "REQUEST_INVALID" }
      await writeFile(join(directory, "../secret"), "secret")
      const file = { ...outside, path }
      await expect(Array.fromAsync(inbox.read(file))).rejects.toMatchObject(refused)
      await expect(inbox.put(path, body("x"), { sizeBytes: 1 })).rejects.toMatchObject(refused)
      await expect(inbox.copyToArchive(file, "v1.2.3.4", "name")).rejects.toMatchObject(refused)
      await expect(inbox.remove(file)).rejects.toMatchObject(refused)
      await expect(inbox.list("../")).rejects.toMatchObject(refused)
      expect(await readFile(join(directory, "../secret"), "utf8")).toBe("secret")
    },
  )

  it("neither lists nor follows links", async () => {
    const elsewhere = directories.fresh()
    await mkdir(elsewhere)
    await writeFile(join(elsewhere, "secret"), "secret")
    await symlink(join(elsewhere, "secret"), join(directory, "file"))
    await symlink(elsewhere, join(directory, "folder"))
    expect(await inbox.list()).toEqual([])
    await expect(Array.fromAsync(inbox.read({ ...outside, path: "file" }))).rejects.toMatchObject(changed)
    for (const call of [
      () => Array.fromAsync(inbox.read({ ...outside, path: "folder/secret" })),
      () => inbox.put("folder/new", body("x"), { sizeBytes: 1 }),
      () => inbox.remove({ ...outside, path: "folder/secret" }),
    ])
      await expect(call()).rejects.toMatchObject({ code: "REQUEST_INVALID" })
    expect(await readdir(elsewhere)).toEqual(["secret"])
  })

  it("notices that a file grows while it is read", async () => {
    await writeFile(join(directory, "Nexy.dmg"), Buffer.alloc(3_000_000))
    const reading = inbox.read(await only())[Symbol.asyncIterator]()
    await reading.next()
    await appendFile(join(directory, "Nexy.dmg"), "more")
    await expect(reading.next()).rejects.toMatchObject(changed)
  })

  it("notices that another file of the same size took its place", async () => {
    const path = join(directory, "Nexy.dmg")
    await writeFile(path, "first")
    const file = await only()
    await writeFile(`${path}.new`, "other")
    await rename(`${path}.new`, path)
    for (const call of [
      () => Array.fromAsync(inbox.read(file)),
      () => inbox.copyToArchive(file, "v1.2.3.4", "Nexy.dmg"),
      () => inbox.remove(file),
    ])
      await expect(call()).rejects.toMatchObject(changed)
    expect(await readFile(path, "utf8")).toBe("other")
  })

  it("leaves nothing behind in the folders it works in", async () => {
    const file = await inbox.put("v1.2.3.4/Nexy.dmg", body("x"), { sizeBytes: 1 })
    await inbox.copyToArchive(file, "v1.2.3.4", "Nexy.dmg")
    await inbox.remove(file)
    expect(await readdir(join(directory, "v1.2.3.4"))).toEqual([])
  })
})

describe("a directory that cannot be one", () => {
  it("is told as a storage that cannot be reached", async () => {
    const file = directories.fresh()
    await writeFile(file, "no directory")
    const inbox = directoryInbox(join(file, "inbox"), join(file, "archive"))
    await expect(inbox.list()).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" })
  })
})

async function* body(text: string) {
  yield Buffer.from(text)
}
