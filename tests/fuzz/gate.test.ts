import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { flipped, sampleBytes, through } from "./through.ts"

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

describe("gate for mutated files", () => {
  let sample: Awaited<ReturnType<typeof sampleBytes>>
  beforeAll(async () => {
    sample = await sampleBytes()
  })

  // `through` answers Problems and throws everything else.
  it.each(["dmg", "pkg", "notes"] as const)("throws nothing but Problems at a %s", async (kind) => {
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(mutations, fc.integer({ min: 1, max: 50_000 }), async (each, chunkBytes) => {
        await through(kind, mutated(sample[kind], each), chunkBytes)
      }),
      { numRuns: 300 },
    )
  })

  it("throws nothing but Problems at an image whose blocks are checked one by one", async () => {
    const bytes = Buffer.from(sample.dmg)
    bytes.fill(0, bytes.byteLength - 512 + 80, bytes.byteLength - 512 + 92)
    bytes.fill(0, bytes.byteLength - 512 + 352, bytes.byteLength - 512 + 364)
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (each) => {
        await through("dmg", mutated(bytes, each))
      }),
      { numRuns: 300 },
    )
  })

  it("refuses every flipped bit of a data fork and of a package", async () => {
    const forkBytes = Number(sample.dmg.readBigUInt64BE(sample.dmg.byteLength - 512 + 32))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        expect((await through("dmg", flipped(sample.dmg, at % forkBytes, bit)))?.code).toBe("DMG_INVALID")
        expect((await through("pkg", flipped(sample.pkg, at % sample.pkg.byteLength, bit)))?.code).toBe("PKG_INVALID")
      }),
      { numRuns: 200 },
    )
  })
})
