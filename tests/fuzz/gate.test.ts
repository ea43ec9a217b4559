import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { flipped, sampleBytes, through } from "../shared/release/gate/through.ts"
import { dice } from "./dice.ts"
import { isWholeDmg, isWholePkg } from "./whole.ts"

type Mutation =
  | { at: number; bytes: Uint8Array }
  | { cutAt: number; length: number }
  | { insertAt: number; bytes: Uint8Array }

/** Anywhere, but half of the time where the structure is: in the first and the last 2,000 bytes. */
const place = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: -2000, max: -1 }),
  fc.integer({ min: 2, max: 2000 }),
)
const someBytes = fc.uint8Array({ minLength: 1, maxLength: 16 })
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ at: place, bytes: someBytes }),
  fc.record({ cutAt: place, length: fc.integer({ min: 1, max: 30_000 }) }),
  fc.record({ insertAt: place, bytes: someBytes }),
)

function mutated(original: Buffer, mutations: Mutation[]): Buffer {
  return mutations.reduce((bytes, each) => {
    const at = (where: number) => {
      if (where < 0) return Math.max(0, bytes.byteLength + where)
      return Math.min(bytes.byteLength, where <= 1 ? Math.floor(where * bytes.byteLength) : where)
    }
    if ("cutAt" in each) {
      return Buffer.concat([bytes.subarray(0, at(each.cutAt)), bytes.subarray(at(each.cutAt) + each.length)])
    }
    if ("insertAt" in each) {
      return Buffer.concat([bytes.subarray(0, at(each.insertAt)), each.bytes, bytes.subarray(at(each.insertAt))])
    }
    const tail = bytes.subarray(at(each.at) + each.bytes.byteLength)
    return Buffer.concat([bytes.subarray(0, at(each.at)), each.bytes, tail])
  }, original)
}

/** An image that states no checksum for the whole, so that its blocks are checked one by one. */
function inBlocks(dmg: Buffer): Buffer {
  const bytes = Buffer.from(dmg)
  const koly = bytes.byteLength - 512
  for (const at of [80, 352]) bytes.fill(0, koly + at, koly + at + 12)
  return bytes
}

describe("gate for mutated files", () => {
  let files: Record<"image" | "image without its own checksum" | "package" | "text", Buffer>
  let sample: Awaited<ReturnType<typeof sampleBytes>>
  beforeAll(async () => {
    sample = await sampleBytes()
    const { dmg, pkg, notes } = sample
    files = { image: dmg, "image without its own checksum": inBlocks(dmg), package: pkg, text: notes }
  })
  const kinds = { image: "dmg", "image without its own checksum": "dmg", package: "pkg", text: "notes" } as const
  const isWhole = { dmg: isWholeDmg, pkg: isWholePkg, notes: () => true }
  const few = fc.array(mutation, { minLength: 1, maxLength: 4 })

  // `through` answers Problems and throws everything else.
  for (const file of ["image", "image without its own checksum", "package", "text"] as const)
    it(`throws nothing but Problems at a mutated ${file}, and takes none whose checksum is broken`, async () => {
      expect(isWhole[kinds[file]](files[file])).toBe(true)
      await fc.assert(
        fc.asyncProperty(few, fc.integer({ min: 1, max: 50_000 }), async (each, chunkBytes) => {
          const bytes = mutated(files[file], each)
          if ((await through(kinds[file], bytes, chunkBytes)) === undefined)
            expect(isWhole[kinds[file]](bytes)).toBe(true)
        }),
        dice(300),
      )
    }, 600_000)

  it("refuses every flipped bit of a data fork and of a package", async () => {
    const forkBytes = Number(sample.dmg.readBigUInt64BE(sample.dmg.byteLength - 512 + 32))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        expect((await through("dmg", flipped(sample.dmg, at % forkBytes, bit)))?.code).toBe("DMG_INVALID")
        expect((await through("pkg", flipped(sample.pkg, at % sample.pkg.byteLength, bit)))?.code).toBe("PKG_INVALID")
      }),
      dice(200),
    )
  }, 600_000)
})
