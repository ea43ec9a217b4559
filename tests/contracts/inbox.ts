import { randomBytes } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import type { Inbox } from "../../shared/ports/inbox.ts"

const mebibyte = 1024 * 1024

/** What every inbox must do. `open` answers one whose place does not exist yet. */
export function inboxContract(adapter: string, open: () => Promise<Inbox>): void {
  describe(`inbox: ${adapter}`, () => {
    let inbox: Inbox
    beforeEach(async () => {
      inbox = await open()
    })
    const put = (path: string, content: string | Uint8Array) => putInto(inbox, path, content)

    it("makes itself when it is listed for the first time", async () => {
      expect(await inbox.list()).toEqual([])
      expect(await inbox.list("v1.2.3.4/")).toEqual([])
    })

    it("lists a file as putting it answered", async () => {
      const file = await put("v1.2.3.4/Nexy.dmg", "bytes")
      expect(file).toMatchObject({ path: "v1.2.3.4/Nexy.dmg", sizeBytes: 5, modifiedAt: expect.any(Date) })
      expect((await inbox.list()).map(({ path, sizeBytes, etag }) => ({ path, sizeBytes, etag }))).toEqual([
        { path: file.path, sizeBytes: 5, etag: file.etag },
      ])
    })

    it("lists all files, or those below one folder", async () => {
      for (const path of ["v1.2.3.4/Nexy.dmg", "v1.2.3.4/sub/deep.txt", "v1.2.3.45/Nexy.dmg", "Nexy.dmg"])
        await put(path, "x")
      expect(await paths(inbox)).toEqual([
        "Nexy.dmg",
        "v1.2.3.4/Nexy.dmg",
        "v1.2.3.4/sub/deep.txt",
        "v1.2.3.45/Nexy.dmg",
      ])
      expect(await paths(inbox, "v1.2.3.4/")).toEqual(["v1.2.3.4/Nexy.dmg", "v1.2.3.4/sub/deep.txt"])
    })

    it("reads the bytes that were put, in chunks that may be kept", async () => {
      const bytes = randomBytes(3 * mebibyte + 17)
      const file = await put("Nexy.dmg", bytes)
      const chunks = await Array.fromAsync(inbox.read(file))
      expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(mebibyte)
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    })

    it("reads a range, cut off where the file ends", async () => {
      const file = await put("Nexy.dmg", "0123456789")
      expect(await text(inbox.read(file, { range: { offset: 3, length: 4 } }))).toBe("3456")
      expect(await text(inbox.read(file, { range: { offset: 0, length: 1 } }))).toBe("0")
      expect(await text(inbox.read(file, { range: { offset: 8, length: 512 } }))).toBe("89")
    })

    it("reads an empty file", async () => {
      const file = await put("LATEST_CHANGES.md", "")
      expect(file.sizeBytes).toBe(0)
      expect(await text(inbox.read(file))).toBe("")
    })

    it.each(["old", ""])("refuses to read a file of which another stands there by now (%j)", async (before) => {
      const file = await put("notes.md", before)
      await put("notes.md", "new")
      await expect(text(inbox.read(file))).rejects.toMatchObject({ code: "INBOX_CHANGED" })
    })

    it("refuses to read a file that is gone", async () => {
      const file = await put("Nexy.dmg", "bytes")
      await inbox.remove(file)
      await expect(text(inbox.read(file))).rejects.toMatchObject({ code: "INBOX_CHANGED" })
    })

    it("notices that a file is replaced while it is read", async () => {
      const bytes = Buffer.alloc(40 * mebibyte, 1)
      const file = await put("Nexy.dmg", bytes)
      const reading = inbox.read(file)[Symbol.asyncIterator]()
      await reading.next()
      await put("Nexy.dmg", bytes.fill(2))
      await expect(drain(reading)).rejects.toMatchObject({ code: "INBOX_CHANGED" })
    })

    it("stops reading for a signal, with its reason", async () => {
      const file = await put("Nexy.dmg", Buffer.alloc(8 * mebibyte))
      const stop = new AbortController()
      const reading = inbox.read(file, { signal: stop.signal })[Symbol.asyncIterator]()
      await reading.next()
      stop.abort(new Error("enough"))
      await expect(drain(reading)).rejects.toThrow("enough")
    })

    it("lets a reader leave early", async () => {
      const file = await put("Nexy.dmg", Buffer.alloc(8 * mebibyte, "a"))
      for await (const chunk of inbox.read(file)) {
        expect(chunk[0]).toBe(97)
        break
      }
      await inbox.remove(file)
      expect(await paths(inbox)).toEqual([])
    })

    it("tells how much has been sent, up to all of it", async () => {
      const bytes = Buffer.alloc(5 * mebibyte)
      const sent: number[] = []
      await inbox.put("Nexy.dmg", pieces(bytes), { sizeBytes: bytes.length, onProgress: (count) => sent.push(count) })
      expect(sent.length).toBeGreaterThan(2)
      expect(sent).toEqual(sent.toSorted((a, b) => a - b))
      expect(sent.at(-1)).toBe(bytes.length)
    })

    it("shows nothing of an upload that fails in the middle", async () => {
      const old = await put("notes.md", "old")
      async function* failing() {
        yield Buffer.alloc(6 * mebibyte)
        throw new Error("the disk broke")
      }
      const options = { sizeBytes: 9 * mebibyte }
      await expect(inbox.put("Nexy.dmg", failing(), options)).rejects.toThrow("the disk broke")
      await expect(inbox.put("notes.md", failing(), options)).rejects.toThrow("the disk broke")
      expect(await inbox.list()).toEqual([old])
    })

    it.each([4, 6])("refuses a body of 5 bytes that was said to have %i", async (sizeBytes) => {
      await expect(inbox.put("Nexy.dmg", pieces(Buffer.from("bytes")), { sizeBytes })).rejects.toMatchObject({
        code: "INBOX_CHANGED",
      })
      expect(await inbox.list()).toEqual([])
    })

    it("stops an upload for a signal, with its reason", async () => {
      const stop = new AbortController()
      async function* stopping() {
        yield Buffer.alloc(2 * mebibyte)
        stop.abort(new Error("enough"))
        yield Buffer.alloc(2 * mebibyte)
      }
      const options = { sizeBytes: 4 * mebibyte, signal: stop.signal }
      await expect(inbox.put("Nexy.dmg", stopping(), options)).rejects.toThrow("enough")
      expect(await inbox.list()).toEqual([])
    })

    it("gives a replaced file another ETag", async () => {
      const old = await put("Nexy.dmg", "first")
      expect((await put("Nexy.dmg", "again")).etag).not.toBe(old.etag)
    })

    it("has no archived copy at first", async () => {
      expect(await inbox.readArchived("v1.2.3.4", "Nexy.dmg")).toBeUndefined()
    })

    it.each(["v1.2.3.4/Nexy.dmg", "v1.2.3.4/Nexy büro #1 100%+?.dmg"])(
      "archives %s and leaves it where it is",
      async (path) => {
        const bytes = randomBytes(2 * mebibyte + 3)
        const file = await put(path, bytes)
        const name = path.slice(path.indexOf("/") + 1)
        await inbox.copyToArchive(file, "v1.2.3.4", name)
        const copy = await Array.fromAsync((await inbox.readArchived("v1.2.3.4", name)) ?? [])
        expect(Buffer.concat(copy).equals(bytes)).toBe(true)
        expect(await inbox.list()).toEqual([file])
      },
    )

    it("archives an empty file", async () => {
      await inbox.copyToArchive(await put("_ready", ""), "v1.2.3.4", "_ready")
      expect(await text((await inbox.readArchived("v1.2.3.4", "_ready")) ?? failed())).toBe("")
    })

    it("replaces an older archived copy", async () => {
      await inbox.copyToArchive(await put("notes.md", "old"), "v1.2.3.4", "notes.md")
      await inbox.copyToArchive(await put("notes.md", "newer"), "v1.2.3.4", "notes.md")
      expect(await text((await inbox.readArchived("v1.2.3.4", "notes.md")) ?? failed())).toBe("newer")
    })

    it("archives only the file that was listed", async () => {
      const file = await put("notes.md", "old")
      await inbox.copyToArchive(file, "v1.2.3.4", "notes.md")
      await put("notes.md", "new")
      await expect(inbox.copyToArchive(file, "v1.2.3.4", "notes.md")).rejects.toMatchObject({ code: "INBOX_CHANGED" })
      expect(await text((await inbox.readArchived("v1.2.3.4", "notes.md")) ?? failed())).toBe("old")
    })

    it("does not archive what is gone", async () => {
      const file = await put("notes.md", "old")
      await inbox.remove(file)
      await expect(inbox.copyToArchive(file, "v1.2.3.4", "notes.md")).rejects.toMatchObject({ code: "INBOX_CHANGED" })
      expect(await inbox.readArchived("v1.2.3.4", "notes.md")).toBeUndefined()
    })

    it("removes a file, and finds no fault in one that is gone", async () => {
      const file = await put("v1.2.3.4/Nexy.dmg", "bytes")
      await inbox.remove(file)
      await inbox.remove(file)
      expect(await inbox.list()).toEqual([])
    })

    it("does not remove the file that came after the one that was listed", async () => {
      const file = await put("Nexy.dmg", "old")
      const newer = await put("Nexy.dmg", "new")
      await expect(inbox.remove(file)).rejects.toMatchObject({ code: "INBOX_CHANGED" })
      expect(await inbox.list()).toEqual([newer])
      expect(await text(inbox.read(newer))).toBe("new")
    })
  })
}

function putInto(inbox: Inbox, path: string, content: string | Uint8Array) {
  const bytes = Buffer.from(content)
  return inbox.put(path, pieces(bytes), { sizeBytes: bytes.length })
}

/** In pieces of an odd size, as a body comes from anywhere. */
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const pieceBytes = 700_001
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

async function paths(inbox: Inbox, folder?: string): Promise<string[]> {
  return (await inbox.list(folder)).map(({ path }) => path).sort()
}

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(chunks)).toString()
}

async function drain(reading: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await reading.next()).done);
}

function failed(): never {
  throw new Error("there is no archived copy")
}
