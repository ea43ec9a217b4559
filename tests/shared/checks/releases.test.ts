import { describe, expect, it } from "vitest"
import { judgeAssets, type SeenAssets } from "../../../shared/checks/assets.ts"
import type { Finding } from "../../../shared/checks/check.ts"
import { judgeManifest, type SeenManifest } from "../../../shared/checks/manifest.ts"
import { judgeRelease, type SeenRelease } from "../../../shared/checks/release.ts"
import type { Digest, Release } from "../../../shared/ports/releases.ts"
import { digestOf } from "../../../shared/release/digest.ts"

const NOW = new Date("2026-11-22T10:00:00.000Z")
const HEX = "ab".repeat(32)
const OTHER = "cd".repeat(32)
const DIGEST: Digest = `sha256:${HEX}`
const URL_OF = (version: string, name: string) =>
  `https://github.com/acme/app_releases/releases/download/v${version}/${name}`

const ARTIFACTS = [
  { name: "App.dmg", kind: "dmg" as const },
  { name: "App.pkg", kind: "pkg" as const },
  { name: "NOTES.md", kind: "notes" as const },
]

function asset(name: string, more: Partial<Release["assets"][number]> = {}): Release["assets"][number] {
  return {
    id: 1,
    name,
    sizeBytes: 1000,
    state: "uploaded",
    digest: DIGEST,
    downloadUrl: URL_OF("1.6.1.44", name),
    ...more,
  }
}

const SUMS = ["App.dmg", "App.pkg", "NOTES.md"].map((name) => `${HEX}  ${name}\n`).join("")
const ASSETS = [
  ...["App.dmg", "App.pkg", "NOTES.md"].map((name) => asset(name)),
  asset("SHA256SUMS", { digest: digestOf(SUMS) }),
]

const RELEASE: Release = {
  id: 7,
  tag: "v1.6.1.44",
  title: "App 1.6.1.44",
  draft: false,
  immutable: true,
  url: "https://github.com/acme/app_releases/releases/tag/v1.6.1.44",
  uploadUrl: "",
  assets: ASSETS,
}

const OFFER = {
  version: "1.6.1.44",
  build: "1.6.1.44",
  url: URL_OF("1.6.1.44", "App.dmg"),
  sizeBytes: 1000,
  sha256: HEX,
}

const without = (name: string) => ASSETS.filter((each) => each.name !== name)
const replaced = (name: string, more: Partial<Release["assets"][number]>) => [...without(name), asset(name, more)]

/** `fail RELEASE_MISSING`, once for every finding. */
const told = (findings: Finding[]) => findings.map(({ outcome, code }) => [outcome, code].join(" ").trim())

describe("judgeRelease", () => {
  const seen: SeenRelease = {
    version: "1.6.1.44",
    release: RELEASE,
    offered: { offer: OFFER },
    immutable: true,
    artifacts: ARTIFACTS,
  }

  it.each<[string, Partial<SeenRelease>, string[]]>([
    ["everything is there", {}, ["pass"]],
    ["a PKG alone is there", { release: { ...RELEASE, assets: without("App.dmg") } }, ["pass"]],
    ["the notes are missing", { release: { ...RELEASE, assets: without("NOTES.md") } }, ["fail RELEASE_INCOMPLETE"]],
    ["the sums are missing", { release: { ...RELEASE, assets: without("SHA256SUMS") } }, ["fail RELEASE_INCOMPLETE"]],
    [
      "no installer is there",
      { release: { ...RELEASE, assets: without("App.dmg").filter(({ name }) => name !== "App.pkg") } },
      ["fail RELEASE_INCOMPLETE"],
    ],
    [
      "an upload never finished",
      { release: { ...RELEASE, assets: replaced("App.pkg", { state: "starter" }) } },
      ["fail RELEASE_INCOMPLETE"],
    ],
    ["it can be changed and must not be", { release: { ...RELEASE, immutable: false } }, ["fail RELEASE_MUTABLE"]],
    ["it can be changed and may be", { release: { ...RELEASE, immutable: false }, immutable: false }, ["pass"]],
    ["VERSION is ahead and not released yet", { version: "1.6.1.45", release: undefined }, ["warn RELEASE_MISSING"]],
    ["nothing was ever released", { release: undefined, offered: { nothing: true } }, ["warn RELEASE_MISSING"]],
    ["it was deleted", { release: undefined }, ["fail RELEASE_MISSING"]],
    ["VERSION went back", { version: "1.6.1.9", release: undefined }, ["fail RELEASE_MISSING"]],
  ])("says so when %s", (_what, more, expected) => {
    expect(told(judgeRelease({ ...seen, ...more }))).toEqual(expected)
  })

  it("wants a digest of every file", () => {
    const { digest: _, ...bare } = asset("App.dmg")
    const release = { ...RELEASE, assets: [...without("App.dmg"), bare] }
    expect(told(judgeRelease({ ...seen, release }))).toEqual(["fail DIGEST_MISSING"])
  })
})

describe("judgeAssets", () => {
  const seen: SeenAssets = { tag: "v1.6.1.44", offer: OFFER, release: RELEASE, sums: { status: 200, text: SUMS } }
  /** Another SHA256SUMS, which GitHub states the digest of. */
  const listing = (text: string): Partial<SeenAssets> => ({
    sums: { status: 200, text },
    release: { ...RELEASE, assets: replaced("SHA256SUMS", { digest: digestOf(text) }) },
  })

  it.each<[string, Partial<SeenAssets>, string[]]>([
    ["all agree", {}, ["pass"]],
    ["the offered release is gone", { release: undefined }, ["fail RELEASE_MISSING"]],
    ["incident 2: the manifest has another size", { offer: { ...OFFER, sizeBytes: 999 } }, ["fail ASSET_DIFFERS"]],
    ["incident 3: the manifest has another digest", { offer: { ...OFFER, sha256: OTHER } }, ["fail ASSET_DIFFERS"]],
    [
      "incident 5: the manifest's URL is the feed",
      { offer: { ...OFFER, url: "https://example.org/appcast.xml" } },
      ["fail ASSET_DIFFERS"],
    ],
    [
      "incident 21: the URL is of another repository",
      { offer: { ...OFFER, url: OFFER.url.replace("app_releases", "app") } },
      ["fail ASSET_DIFFERS"],
    ],
    [
      "a file was replaced",
      { release: { ...RELEASE, assets: replaced("App.pkg", { digest: `sha256:${OTHER}` }) } },
      ["fail ASSET_DIFFERS"],
    ],
    ["a file came later", { release: { ...RELEASE, assets: [...ASSETS, asset("more.txt")] } }, ["fail ASSET_DIFFERS"]],
    ["a listed file is gone", { release: { ...RELEASE, assets: without("App.pkg") } }, ["fail ASSET_DIFFERS"]],
    ["there are no sums", { sums: undefined }, ["fail RELEASE_INCOMPLETE"]],
    ["the sums cannot be downloaded", { sums: { status: 404, text: "" } }, ["fail RELEASE_INCOMPLETE"]],
    ["GitHub is down (incident 15)", { sums: { status: 503, text: "<html>" } }, ["fail GITHUB_FAILED"]],
    ["GitHub has had enough (incident 15)", { sums: { status: 429, text: "" } }, ["fail GITHUB_FAILED"]],
    [
      "GitHub is down, and the manifest is wrong besides",
      { sums: { status: 503, text: "" }, offer: { ...OFFER, sizeBytes: 999 } },
      ["fail ASSET_DIFFERS", "fail GITHUB_FAILED"],
    ],
    ["the sums are a web page", listing("<html>\n"), ["fail ASSET_DIFFERS"]],
    ["the sums are cut", listing(SUMS.slice(0, -5)), ["fail ASSET_DIFFERS"]],
    ["the sums name a file twice", listing(SUMS + SUMS), ["fail ASSET_DIFFERS"]],
    ["the sums name themselves", listing(`${SUMS}${HEX}  SHA256SUMS\n`), ["fail ASSET_DIFFERS"]],
    ["the sums have a line that ends like on Windows", listing(SUMS.replace("\n", "\r\n")), ["fail ASSET_DIFFERS"]],
    ["the sums are empty", listing(""), ["fail ASSET_DIFFERS"]],
    [
      "the sums that are downloaded are not GitHub's",
      { sums: { status: 200, text: SUMS.replace(`${HEX}  App.dmg`, `${OTHER}  App.dmg`) } },
      ["fail ASSET_DIFFERS", "fail ASSET_DIFFERS"],
    ],
    [
      "GitHub writes the repository with other capitals",
      { offer: { ...OFFER, url: OFFER.url.replace("acme/app_releases", "Acme/App_releases") } },
      ["pass"],
    ],
  ])("says so when %s", (_what, more, expected) => {
    expect(told(judgeAssets({ ...seen, ...more }))).toEqual(expected)
  })
})

describe("judgeManifest", () => {
  const MANIFEST = {
    version: "1.6.1.44",
    build: "1.6.1.44",
    artifact: { type: "dmg", url: OFFER.url, size: 1000, sha256: HEX, arch: "universal2", min_os: "11.0", ed25519: "" },
    critical: false,
    auto_install: true,
    notes_url: URL_OF("1.6.1.44", "NOTES.md"),
    release_date: "2026-11-22T09:00:00.000+00:00",
  }
  const text = (more: object = {}, artifact: object = {}) =>
    JSON.stringify({ ...MANIFEST, ...more, artifact: { ...MANIFEST.artifact, ...artifact } })
  const seen: SeenManifest = {
    text: text(),
    version: "1.6.1.44",
    release: RELEASE,
    artifacts: ARTIFACTS,
    urlOf: URL_OF,
    now: NOW,
  }
  const at = (version: string) =>
    text({ version, build: version, notes_url: URL_OF(version, "NOTES.md") }, { url: URL_OF(version, "App.dmg") })

  it.each<[string, Partial<SeenManifest>, string[]]>([
    ["it is as it should be", {}, ["pass"]],
    ["it has keys of its own", { text: text({ channel: "stable" }) }, ["pass"]],
    ["the installer is the PKG", { text: text({}, { type: "pkg", url: URL_OF("1.6.1.44", "App.pkg") }) }, ["pass"]],
    ["incident 1: build is not the version", { text: text({ build: "1001" }) }, ["fail MANIFEST_DIFFERS"]],
    [
      "incident 5: it points at the feed",
      { text: text({}, { url: "https://example.org/appcast.xml", type: "txt", size: 33 }) },
      ["fail MANIFEST_INVALID"],
    ],
    [
      "incident 7: the URL has another tag",
      { text: text({}, { url: URL_OF("1.6.1.43", "App.dmg") }) },
      ["fail MANIFEST_DIFFERS"],
    ],
    [
      "incident 21: the notes are those of another release",
      { text: text({ notes_url: URL_OF("1.6.1.43", "NOTES.md") }) },
      ["warn MANIFEST_DIFFERS"],
    ],
    [
      "GitHub writes the repository with other capitals",
      {
        text: text({}, { url: OFFER.url.replace("acme", "Acme") }),
        release: { ...RELEASE, assets: replaced("App.dmg", { downloadUrl: OFFER.url.replace("acme", "Acme") }) },
      },
      ["pass"],
    ],
    ["incident 9: it was not pushed", { text: at("1.6.1.43") }, ["fail MANIFEST_DIFFERS"]],
    [
      "incident 21: the URL is of another repository",
      { text: text({}, { url: OFFER.url.replace("app_releases", "app") }) },
      ["fail MANIFEST_DIFFERS"],
    ],
    ["incident 24: it is older than VERSION", { text: at("1.6.0.9") }, ["fail MANIFEST_DIFFERS"]],
    ["VERSION is ahead and not released yet", { text: at("1.6.1.43"), release: undefined }, ["warn RELEASE_MISSING"]],
    ["it is newer than VERSION", { text: at("1.6.1.45"), release: undefined }, ["fail MANIFEST_DIFFERS"]],
    ["the size is 0", { text: text({}, { size: 0 }) }, ["fail MANIFEST_INVALID"]],
    ["the digest is no digest", { text: text({}, { sha256: "x" }) }, ["fail MANIFEST_INVALID"]],
    ["the URL is http", { text: text({}, { url: "http://example.org/App.dmg" }) }, ["fail MANIFEST_INVALID"]],
    [
      "three fields are wrong",
      { text: text({ critical: 1 }, { size: "1", arch: "" }) },
      Array(3).fill("fail MANIFEST_INVALID"),
    ],
    ["the artifact is null", { text: JSON.stringify({ ...MANIFEST, artifact: null }) }, ["fail MANIFEST_INVALID"]],
    ["it is cut", { text: text().slice(0, 50) }, ["fail MANIFEST_INVALID"]],
    ["it has a byte-order mark", { text: `\ufeff${text()}` }, ["fail MANIFEST_INVALID"]],
    ["it is a list", { text: "[]" }, ["fail MANIFEST_INVALID"]],
    [
      "its date is of the day after tomorrow",
      { text: text({ release_date: "2026-11-24T10:00:00Z" }) },
      ["warn MANIFEST_INVALID"],
    ],
    ["its date is a day only", { text: text({ release_date: "2026-11-22" }) }, ["fail MANIFEST_INVALID"]],
    ["its date is none", { text: text({ release_date: "2026-22-11T09:00:00Z" }) }, ["fail MANIFEST_INVALID"]],
    ["its date is the predecessor's", { text: text({ release_date: "2026-03-06T02:58:57.245806+00:00" }) }, ["pass"]],
    ["it is not there, and the release is", { text: undefined }, ["fail MANIFEST_DIFFERS"]],
    ["nothing is there yet", { text: undefined, release: undefined }, ["warn RELEASE_MISSING"]],
  ])("says so when %s", (_what, more, expected) => {
    expect(told(judgeManifest({ ...seen, ...more }))).toEqual(expected)
  })

  it("says of a byte-order mark what nobody can see", () => {
    expect(judgeManifest({ ...seen, text: `\ufeff${text()}` })[0]?.message).toMatch(/it begins with a byte-order mark$/)
  })

  it("names the path, what was found and what is expected", () => {
    const [finding] = judgeManifest({ ...seen, text: text({}, { sha256: "x" }) })
    expect(finding?.message).toBe('artifact.sha256: found "x", expected 64 lowercase hex digits')
  })
})
