import { crc32 } from "node:zlib"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { joinedCrc, zerosCrc } from "../../../../shared/release/gate/crc32.ts"

describe("crc32", () => {
  it("joins the checksums of two parts as if they had been read at once", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
        expect(joinedCrc(crc32(first), crc32(second), second.byteLength)).toBe(crc32(Buffer.concat([first, second])))
      }),
    )
  })

  it.each([0, 1, 512, 123_456])("knows the checksum of %i zeros without reading them", (bytes) => {
    expect(zerosCrc(bytes)).toBe(crc32(Buffer.alloc(bytes)))
  })
})
