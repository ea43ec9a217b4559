import { describe, expect, it } from "vitest"
import { type ManifestFacts, readManifest, writeManifest } from "../../../shared/release/manifest.ts"

const NOW = new Date("2026-11-22T10:00:00.123Z")
const facts: ManifestFacts = {
  version: "1.6.1.44",
  type: "dmg",
  url: "https://github.com/acme/app_releases/releases/download/v1.6.1.44/App.dmg",
  sizeBytes: 1234,
  sha256: "a".repeat(64),
  notesUrl: "https://github.com/acme/app_releases/releases/download/v1.6.1.44/NOTES.md",
}

const write = (text: string | undefined, over: Partial<ManifestFacts> = {}, now = NOW) =>
  writeManifest(readManifest(text, "manifest.json"), { ...facts, ...over }, now)

const fresh = write(undefined) ?? ""
const changed = (change: (manifest: Record<string, never>) => unknown) => {
  const manifest = JSON.parse(fresh)
  change(manifest)
  return JSON.stringify(manifest)
}

describe("a manifest", () => {
  it("has its keys in the order that clients have always seen, two spaces and one newline", () => {
    expect(fresh).toBe(`{
  "version": "1.6.1.44",
  "build": "1.6.1.44",
  "artifact": {
    "type": "dmg",
    "url": "${facts.url}",
    "size": 1234,
    "sha256": "${facts.sha256}",
    "arch": "universal2",
    "min_os": "11.0",
    "ed25519": ""
  },
  "critical": false,
  "auto_install": true,
  "notes_url": "${facts.notesUrl}",
  "release_date": "2026-11-22T10:00:00.123+00:00"
}
`)
  })

  it("comes into its order whatever order it had, with unknown keys kept behind the known", () => {
    const text = write(
      '{"channel":"beta","artifact":{"mirror":"cdn","arch":"arm64"},"release_date":"long ago","version":"1.6.1.43"}',
    )
    const manifest = JSON.parse(text ?? "")
    const known = ["version", "build", "artifact", "critical", "auto_install", "notes_url", "release_date"]
    expect(Object.keys(manifest)).toEqual([...known, "channel"])
    expect(Object.keys(manifest.artifact)).toEqual([
      "type",
      "url",
      "size",
      "sha256",
      "arch",
      "min_os",
      "ed25519",
      "mirror",
    ])
    expect(manifest).toMatchObject({ channel: "beta", artifact: { arch: "arm64", mirror: "cdn" } })
  })

  it("is not written again when it says the same, whatever its layout and the date", () => {
    expect(write(fresh, {}, new Date("2030-01-01T00:00:00Z"))).toBeUndefined()
    expect(write(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(fresh)).reverse())))).toBeUndefined()
  })

  it("keeps the maintainers' choices", () => {
    const text = changed((manifest) => {
      Object.assign(manifest, { critical: true, auto_install: false })
      Object.assign(manifest.artifact ?? {}, { arch: "arm64", min_os: "13.0" })
    })
    expect(JSON.parse(write(text, { version: "1.6.1.45" }) ?? "")).toMatchObject({
      version: "1.6.1.45",
      build: "1.6.1.45",
      critical: true,
      auto_install: false,
      artifact: { arch: "arm64", min_os: "13.0" },
    })
  })

  it("keeps a signature with its bytes, and empties it with others", () => {
    const signed = changed((manifest) => Object.assign(manifest.artifact ?? {}, { ed25519: "c2lnbmVk" }))
    expect(write(signed)).toBeUndefined()
    expect(JSON.parse(write(signed, { version: "1.6.1.45" }) ?? "").artifact.ed25519).toBe("c2lnbmVk")
    expect(JSON.parse(write(signed, { sha256: "b".repeat(64) }) ?? "").artifact.ed25519).toBe("")
  })

  it("gets a new release_date with any change, and keeps the notes' address when there are none", () => {
    const later = new Date("2027-01-01T00:00:00Z")
    const text = write(fresh, { sizeBytes: 1235, notesUrl: undefined }, later)
    expect(JSON.parse(text ?? "")).toMatchObject({
      release_date: "2027-01-01T00:00:00.000+00:00",
      notes_url: facts.notesUrl,
    })
  })

  it("that is absent or empty is an empty one", () => {
    for (const text of [undefined, "", " \n"])
      expect(readManifest(text, "m.json")).toEqual({ version: undefined, content: {} })
  })

  it.each([
    "{",
    "[]",
    "null",
    '"1.6.1.44"',
    "7",
    '{"version": 1}',
    '{"version": "latest"}',
    '{"version": null}',
    '{"version": ""}',
  ])("is never %s", (text) => {
    expect(() => readManifest(text, "updates/m.json")).toThrow(
      expect.objectContaining({ code: "MANIFEST_INVALID", message: expect.stringContaining("updates/m.json") }),
    )
  })

  it("may have a key that is special to JavaScript, and keeps it as a key", () => {
    const text = write('{"__proto__": {"polluted": true}, "constructor": "beta"}')
    expect(text).toContain('"constructor": "beta"')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(write(text)).toBeUndefined()
  })
})
