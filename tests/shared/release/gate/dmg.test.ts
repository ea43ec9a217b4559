import { beforeAll, describe, expect, it } from "vitest"
import { openGate } from "../../../../shared/release/gate/gate.ts"
import { flipped, sampleBytes, through, withBytes } from "./through.ts"

describe("gate for disk images", () => {
  let dmg: Buffer
  let koly: number
  let listAt: number
  beforeAll(async () => {
    dmg = (await sampleBytes()).dmg
    koly = dmg.byteLength - 512
    listAt = Number(dmg.readBigUInt64BE(koly + 216))
  })
  const refused = async (bytes: Uint8Array) => {
    const problem = await through("dmg", bytes)
    expect(problem?.code).toBe("DMG_INVALID")
    return problem?.message
  }

  it("refuses an image cut at 90 %, before the first byte passes", async () => {
    const cut = dmg.subarray(0, Math.floor(dmg.byteLength * 0.9))
    const opening = openGate({ name: "Nexy.dmg", kind: "dmg", sizeBytes: cut.byteLength }, async (range) =>
      cut.subarray(range.offset, range.offset + range.length),
    )
    await expect(opening).rejects.toMatchObject({
      code: "DMG_INVALID",
      message: expect.stringContaining('must begin with "koly"'),
    })
  })

  it("refuses a web page, and shows how it begins", async () => {
    const page = Buffer.from(`<!DOCTYPE html>${" ".repeat(900)}`)
    expect(await refused(page)).toContain('the file begins with 3c21444f43545950452068746d6c3e20 ("<!DOCTYPE html> ")')
  })

  it("refuses what is shorter than a trailer", async () => {
    expect(await refused(Buffer.from("koly"))).toContain("it has 4 bytes")
  })

  it("says that an encrypted image is encrypted, and what to do", async () => {
    const problem = await through("dmg", Buffer.from("encrcdsa".padEnd(2000)))
    expect(problem).toMatchObject({ code: "DMG_INVALID", remedy: expect.stringContaining("without encryption") })
  })

  it("refuses an image whose head or middle is missing, or that goes on behind its trailer", async () => {
    await refused(dmg.subarray(512))
    await refused(Buffer.concat([dmg.subarray(0, 8192), dmg.subarray(8704)]))
    await refused(Buffer.concat([dmg, Buffer.alloc(512)]))
  })

  it.each([
    ["version", 4, "00000005"],
    ["header size", 8, "00000201"],
    ["data fork", 32, "ffffffffffffffff"],
    ["resource fork", 40, "0000000000100000"],
    ["property list", 216, "7fffffffffffffff"],
    ["code signature", 296, "0000000000010000"],
  ])("refuses a trailer with another %s", async (_, at, hex) => {
    await refused(withBytes(dmg, koly + at, hex))
  })

  it("refuses one flipped bit anywhere in the data fork and in the checksums", async () => {
    for (let at = 0; at < listAt; at += 997) await refused(flipped(dmg, at, at % 8))
    for (const at of [88, 91, 360, 363]) await refused(flipped(dmg, koly + at, 7))
  })

  it("refuses a property list that is no whole XML, though every checksum holds", async () => {
    const at = dmg.lastIndexOf("</dict>")
    expect(await refused(withBytes(dmg, at, Buffer.from("</dicx>")))).toContain("are no XML")
    expect(await refused(withBytes(dmg, at, Buffer.from([0xff])))).toContain("are no XML")
  })

  it("refuses a property list whose block table has another checksum", async () => {
    const at = dmg.indexOf("<data>") + "<data>\n\t\t\t\t".length
    const table = Buffer.from(dmg.toString("latin1", at, dmg.indexOf("\n", at)), "base64")
    const changed = Buffer.from(flipped(table, 72).toString("base64"))
    expect(await refused(withBytes(dmg, at, changed))).toContain("1 block tables' checksums")
  })

  describe("of an image that states no checksum of its data fork", () => {
    let modern: Buffer
    beforeAll(() => {
      modern = withBytes(dmg, koly + 80, "000000000000000000000000")
    })

    it("passes the whole image", async () => {
      expect(await through("dmg", modern)).toBeUndefined()
      expect(await through("dmg", modern, 7)).toBeUndefined()
    })

    it("finds one flipped bit in a raw block and in a deflated one", async () => {
      for (let at = 600; at < listAt - 512; at += 997) await refused(flipped(modern, at, at % 8))
      await refused(flipped(modern, 12))
    })

    it("finds a table that points outside the data fork", async () => {
      const fork = dmg.readBigUInt64BE(koly + 32)
      const shorter = Buffer.alloc(8)
      shorter.writeBigUInt64BE(fork - 2000n)
      expect(await refused(withBytes(modern, koly + 32, shorter))).toContain("does not end within the data fork")
    })
  })

  it("lets an image without any checksum through when its regions are whole", async () => {
    const bare = withBytes(withBytes(dmg, koly + 80, "00000000"), koly + 352, "00000000")
    bare.writeBigUInt64BE(0n, koly + 224)
    expect(await through("dmg", bare)).toBeUndefined()
  })
})
