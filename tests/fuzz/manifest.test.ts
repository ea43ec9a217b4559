import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Problem } from "../../shared/problem.ts"
import { type Manifest, readManifest, writeManifest } from "../../shared/release/manifest.ts"
import { dice } from "./dice.ts"

const PATH = "updates/manifest.json"
const NOW = new Date("2026-11-22T10:00:00.000Z")
const facts = {
  version: "1.6.1.44",
  type: "dmg" as const,
  url: "https://github.com/acme/app/releases/download/v1.6.1.44/App.dmg",
  sizeBytes: 97_368_441,
  sha256: "ab".repeat(32),
  notesUrl: undefined,
}

/** The manifest in a text; undefined where it is refused, as it must be, by a Problem. */
function read(text: string): Manifest | undefined {
  try {
    return readManifest(text, PATH)
  } catch (error) {
    if (error instanceof Problem && error.code === "MANIFEST_INVALID") return undefined
    throw error
  }
}

const version = fc.oneof(fc.constantFrom("1.6.1.43", "1.6.1.44", "v1", "", "1.6.1.043", "٤.1.1.1"), fc.jsonValue())
const artifact = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom("url", "size", "sha256", "ed25519"), fc.jsonValue()),
)
const known = fc.record(
  { version, build: version, artifact, critical: fc.jsonValue(), release_date: fc.jsonValue() },
  { requiredKeys: [] },
)
const manifests = fc
  .tuple(known, fc.dictionary(fc.string(), fc.jsonValue()))
  .map(([one, other]) => JSON.stringify({ ...other, ...one }))
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  manifests,
  // Cut somewhere, or with something in between.
  fc.tuple(manifests, fc.nat(), fc.string()).map(([text, at, more]) => text.slice(0, at % text.length) + more),
)

describe("a manifest of whatever text", () => {
  it("is read, or refused by a Problem", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const manifest = read(text)
        if (manifest?.version !== undefined) expect(manifest.version).toMatch(/^[0-9.]+$/)
      }),
      dice(1500),
    )
  })

  it("keeps what is not ours when it is written, and is written once", () => {
    fc.assert(
      fc.property(manifests, (text) => {
        const before = read(text)
        if (!before) return
        const written = writeManifest(before, facts, NOW)
        const after = readManifest(written ?? text, PATH)
        expect(after).toMatchObject({
          version: facts.version,
          content: { build: facts.version, artifact: { size: facts.sizeBytes } },
        })
        // A null is no choice: for what every manifest has there is a default.
        for (const [key, value] of Object.entries(before.content))
          if (!["version", "build", "artifact", "release_date"].includes(key) && key !== "notes_url" && value !== null)
            expect(after.content[key]).toEqual(value)
        expect(writeManifest(after, facts, new Date("2027-01-01T00:00:00Z"))).toBeUndefined()
      }),
      dice(1500),
    )
  })
})
