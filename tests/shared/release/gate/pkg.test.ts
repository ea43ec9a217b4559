import { createHash } from "node:crypto"
import { deflateSync, inflateSync } from "node:zlib"
import { beforeAll, describe, expect, it } from "vitest"
import { flipped, sampleBytes, through, withBytes } from "./through.ts"

/** A package around any table of contents, with the right digest of it; `heap` follows the digest. */
function packageOf(xml: string, heap: Uint8Array = Buffer.alloc(0), inflatedBytes = Buffer.byteLength(xml)): Buffer {
  const table = deflateSync(xml)
  const header = Buffer.alloc(28)
  header.write("xar!")
  header.writeUInt16BE(28, 4)
  header.writeUInt16BE(1, 6)
  header.writeBigUInt64BE(BigInt(table.byteLength), 8)
  header.writeBigUInt64BE(BigInt(inflatedBytes), 16)
  header.writeUInt32BE(1, 24)
  return Buffer.concat([header, table, createHash("sha1").update(table).digest(), heap])
}

const digest = '<checksum style="sha1"><offset>0</offset><size>20</size></checksum>'
const table = (inside: string) => `<xar><toc>${digest}${inside}</toc></xar>`
const member = (offset: number, length: number, checksum = "") =>
  `<file><name>a</name><data><offset>${offset}</offset><length>${length}</length>${checksum}</data></file>`
const sha1 = (bytes: Uint8Array) =>
  `<archived-checksum style="SHA1">${createHash("sha1").update(bytes).digest("hex")}</archived-checksum>`

describe("gate for packages", () => {
  let pkg: Buffer
  let heapAt: number
  beforeAll(async () => {
    pkg = (await sampleBytes()).pkg
    heapAt = 28 + Number(pkg.readBigUInt64BE(8))
  })
  const refused = async (bytes: Uint8Array) => {
    const problem = await through("pkg", bytes)
    expect(problem?.code).toBe("PKG_INVALID")
    return problem?.message
  }

  it("refuses one flipped bit anywhere in the sample", async () => {
    for (let at = 0; at < pkg.byteLength; at += at < 28 ? 1 : 37) await refused(flipped(pkg, at, at % 8))
  })

  it("names the member that is damaged, and where it lies", async () => {
    const message = await refused(flipped(pkg, pkg.byteLength - 1))
    expect(message).toMatch(
      /sha1 of Nexy-component\.pkg\/Payload \(20000 bytes at \d+\) is [0-9a-f]{40}, its table states/,
    )
  })

  it("refuses a web page, a stub and a package that is cut", async () => {
    expect(await refused(Buffer.from("<!DOCTYPE html>".padEnd(900)))).toContain('must begin with "xar!"')
    expect(await refused(Buffer.from("xar!"))).toContain("it has 4 bytes")
    expect(await refused(pkg.subarray(0, Math.floor(pkg.byteLength * 0.9)))).toContain("does not fit")
    expect(await refused(pkg.subarray(0, heapAt - 10))).toContain("its table of contents")
  })

  it("refuses a table of contents whose digest in the heap differs", async () => {
    expect(await refused(flipped(pkg, heapAt))).toContain("sha1 of its table of contents")
  })

  it.each([
    ["a member behind the end", table(member(20, 101))],
    ["a signature behind the end", table('<signature style="RSA"><offset>20</offset><size>256</size></signature>')],
    ["a CMS signature behind the end", table("<x-signature><offset>100</offset><size>21</size></x-signature>")],
    ["an offset that is no number", table("<file><data><offset>0x1</offset><length>1</length></data></file>")],
    ["no length", table("<file><data><offset>20</offset></data></file>")],
    ["no checksum of its own", "<xar><toc></toc></xar>"],
    ["another checksum than the header", table("").replace("sha1", "sha256")],
    ["a digest of another length", table("").replace("20", "19")],
    ["members that overlap", table(member(20, 50, sha1(Buffer.alloc(50))) + member(60, 50, sha1(Buffer.alloc(50))))],
    ["a member with another checksum", table(member(20, 50, sha1(Buffer.alloc(51))))],
    ["no XML at all", "<<<<"],
    ["nesting without end", "<a>".repeat(100_000)],
  ])("refuses a table of contents with %s", async (_, xml) => {
    await refused(packageOf(xml, Buffer.alloc(100)))
  })

  it("passes members that share their bytes, are empty, or state a checksum it does not know", async () => {
    const shared = member(20, 50, sha1(Buffer.alloc(50)))
    const unknown = member(70, 30, '<archived-checksum style="constructor">00</archived-checksum>')
    expect(
      await through("pkg", packageOf(table(shared + shared + member(90, 0) + unknown), Buffer.alloc(100))),
    ).toBeUndefined()
  })

  it("never inflates more than the header states, nor a table above 4 MiB", async () => {
    const bomb = table(" ".repeat(8 * 1024 * 1024))
    expect(await refused(packageOf(bomb))).toContain("the most is 4194304")
    const lying = await through("pkg", packageOf(bomb, Buffer.alloc(0), 4_000_000))
    expect(lying).toMatchObject({ code: "PKG_INVALID", cause: { code: "ERR_BUFFER_TOO_LARGE" } })
    expect(await refused(packageOf(table(""), Buffer.alloc(0), 10))).toContain("are no 10 bytes of deflated XML")
  })

  it("expands no entities", async () => {
    const entities = `<!DOCTYPE x [<!ENTITY a "${"x".repeat(9000)}">]>`
    const xml = entities + table(`<file><name>${"&a;".repeat(100_000)}</name></file>`)
    expect(await through("pkg", packageOf(xml))).toBeUndefined()
  })

  it("quotes no control characters of a member's name", async () => {
    const xml = table(member(20, 500).replace("<name>a", "<name>\u001b[2Ja"))
    expect(await refused(packageOf(xml))).toContain("?[2Ja, 500 bytes")
  })

  it("refuses a header that promises another table", async () => {
    const tableBytes = inflateSync(pkg.subarray(28, heapAt)).byteLength
    const longer = Buffer.alloc(8)
    longer.writeBigUInt64BE(BigInt(tableBytes + 1))
    await refused(withBytes(pkg, 16, longer))
    await refused(withBytes(pkg, 8, "7fffffffffffffff"))
    await refused(withBytes(pkg, 8, "0000000000000000"))
    expect(await refused(withBytes(pkg, 24, "00000003"))).toContain("a header that states sha256 and a table")
  })
})
