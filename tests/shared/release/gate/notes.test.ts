import { describe, expect, it } from "vitest"
import { through } from "./through.ts"

const utf16 = (text: string) => Buffer.from(text, "utf16le")

describe("gate for notes", () => {
  it.each([
    ["plain text", Buffer.from("# 1.6.1.44\n")],
    ["text behind a byte-order mark", Buffer.from("\ufeffStraße")],
    ["characters of two to four bytes", Buffer.from("é 日本 🚢 \ufffd")],
  ])("passes %s in chunks of any size", async (_, bytes) => {
    for (const chunkBytes of [1, 2, 3, 5, 100]) expect(await through("notes", bytes, chunkBytes)).toBeUndefined()
  })

  it.each([
    ["nothing", Buffer.alloc(0), "is blank: its 0 bytes"],
    ["white space", Buffer.from(" \t\r\n\u00a0\u3000"), "is blank: its 9 bytes"],
    ["a byte-order mark alone", Buffer.from("\ufeff"), "is blank: its 3 bytes"],
    ["UTF-16", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16("notes")]), "is UTF-16 text, as its first byte, ff,"],
    ["UTF-16 without its mark", utf16("notes"), "byte 1 is NUL"],
    ["Latin-1", Buffer.from("Fixed: caf\xe9 opens", "latin1"), "byte 10 begins no character: e9206f70"],
    ["half a surrogate pair", Buffer.from("ab\xed\xa0\x80cd", "latin1"), "byte 2 begins no character"],
    ["a continuation without a beginning", Buffer.from("🚢\x80", "latin1").fill(0x80, 1), "byte 1 begins no character"],
    ["a character cut at the end", Buffer.from("notes 日").subarray(0, -1), "byte 6 begins no character: e697"],
  ])("refuses %s, in chunks of any size", async (_, bytes, message) => {
    for (const chunkBytes of [1, 2, 3, 100]) {
      const problem = await through("notes", bytes, chunkBytes)
      expect(problem?.code).toBe("NOTES_INVALID")
      if (chunkBytes === 100) expect(problem?.message).toContain(message)
    }
  })

  it("says the same of a wrong byte wherever the chunks are cut", async () => {
    const bytes = Buffer.from(`${"日本🚢".repeat(20)}\xff`, "utf8")
    bytes.writeUInt8(0xc0, bytes.byteLength - 2)
    const [first, ...others] = await Promise.all([1000, 64, 7, 3].map((each) => through("notes", bytes, each)))
    expect(first?.message).toContain(`byte ${bytes.byteLength - 2} begins no character`)
    for (const other of others) expect(other?.message.slice(0, 70)).toBe(first?.message.slice(0, 70))
  })
})
