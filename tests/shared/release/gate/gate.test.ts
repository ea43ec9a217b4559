import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { openGate, refusal } from "../../../../shared/release/gate/gate.ts"
import { sampleBytes, through } from "./through.ts"

const images = join(import.meta.dirname, "../../../../../shared/fixtures/images")
const here = existsSync(images)
const real = here ? readdirSync(images).filter((name) => /\.(dmg|pkg)$/.test(name)) : ["no image here"]

describe("gate", () => {
  let sample: Awaited<ReturnType<typeof sampleBytes>>
  beforeAll(async () => {
    sample = await sampleBytes()
  })

  it.each([1, 7, 511, 1024 * 1024])("lets the sample through in chunks of %i bytes", async (chunkBytes) => {
    for (const kind of ["dmg", "pkg", "notes"] as const) {
      expect(await through(kind, sample[kind], chunkBytes)).toBeUndefined()
    }
  })

  it("refuses a file that ends before its listed size", async () => {
    const { pkg } = sample
    const gate = await openGate({ name: "Nexy.pkg", kind: "pkg", sizeBytes: pkg.byteLength }, async () => pkg)
    gate.write(pkg.subarray(0, 15_000))
    expect(() => gate.end()).toThrow(
      expect.objectContaining({
        code: "PKG_INVALID",
        message: `Nexy.pkg ended after 15000 bytes; it was listed with ${pkg.byteLength}`,
      }),
    )
  })

  it.skipIf(!here).each(real)("lets the real %s through", async (name) => {
    const bytes = readFileSync(join(images, name))
    for (const chunkBytes of [1, 7, 1024 * 1024]) {
      expect(await through(name.endsWith("pkg") ? "pkg" : "dmg", bytes, chunkBytes)).toBeUndefined()
    }
  })

  it.skipIf(!here).each(real)("refuses the real %s cut, shifted or lengthened", async (name) => {
    const bytes = readFileSync(join(images, name))
    const kind = name.endsWith("pkg") ? "pkg" : "dmg"
    const cut = Math.floor(bytes.byteLength * 0.9)
    expect(await through(kind, bytes.subarray(0, kind === "dmg" ? cut : 2048))).toBeDefined()
    expect(await through(kind, bytes.subarray(1000))).toBeDefined()
    expect(await through(kind, Buffer.concat([bytes.subarray(0, 1500), bytes.subarray(2500)]))).toBeDefined()
    if (kind === "dmg") expect(await through(kind, Buffer.concat([bytes, Buffer.alloc(1)]))).toBeDefined()
  })
})

describe("refusal", () => {
  it.each([
    [0, "ARTIFACT_EMPTY"],
    [1, undefined],
    [2 ** 31 - 1, undefined],
    [2 ** 31, "ARTIFACT_TOO_LARGE"],
  ])("of %i bytes is %s", (sizeBytes, code) => {
    expect(refusal({ name: "Nexy.dmg", sizeBytes })?.code).toBe(code)
  })
})
