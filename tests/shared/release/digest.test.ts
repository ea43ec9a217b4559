import { describe, expect, it } from "vitest"
import { createDigest, hexOf } from "../../../shared/release/digest.ts"

const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

describe("digest", () => {
  it("is that of the bytes, however they were cut", () => {
    const digest = createDigest()
    digest.update(Buffer.from("a"))
    digest.update(Buffer.from("bc"))
    expect(digest.digest()).toBe(`sha256:${abc}`)
  })

  it("gives its hex digits", () => {
    expect(hexOf(`sha256:${abc}`)).toBe(abc)
  })
})
