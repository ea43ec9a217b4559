import type { Release, ReleaseAsset } from "../../../shared/ports/releases.ts"
import { digestOf } from "../../../shared/release/digest.ts"
import type { Artifact, ArtifactSpec } from "../../../shared/release/model.ts"
import type { Observed } from "../../../shared/release/observe.ts"
import { SUMS_NAME, sumsText } from "../../../shared/release/sums.ts"

export const NOW = new Date("2026-11-22T10:00:00.000Z")
export const TAG = "v1.6.1.44"
const BASE = "https://github.com/acme/app_releases/releases/download/"

export const SPECS: readonly ArtifactSpec[] = [
  { name: "App.dmg", kind: "dmg" },
  { name: "App.pkg", kind: "pkg" },
  { name: "NOTES.md", kind: "notes" },
]

/** Bytes stand for a file: its digest and size follow from them. */
export const BYTES: Record<string, string> = { "App.dmg": "disk image", "App.pkg": "package!", "NOTES.md": "# Fixed" }

/** An artifact in the inbox; nothing is known of it but what `knowledge` says. */
export function artifact(
  name: string,
  knowledge: Partial<Artifact> & { bytes?: string; path?: string } = {},
): Artifact {
  const { bytes = BYTES[name] ?? name, path = `${TAG}/${name}`, ...known } = knowledge
  const spec = SPECS.find((each) => each.name === name) ?? { name, kind: "dmg" as const }
  const file = {
    path,
    etag: `"${digestOf(bytes)}"`,
    sizeBytes: bytes.length,
    modifiedAt: new Date("2026-11-22T09:59:00Z"),
  }
  return { ...spec, file, ...known }
}

/** The same, with its digest known, gated and read. */
export function known(name: string, bytes = BYTES[name] ?? name): Artifact {
  const digest = digestOf(bytes)
  const spec = SPECS.find((each) => each.name === name)
  return artifact(name, { bytes, digest, inspected: true, ...(spec?.kind === "notes" && { notes: bytes }) })
}

/** Everything inspected, no digest known: what a fresh upload looks like after the first look. */
export function inspected(): Artifact[] {
  return SPECS.map(({ name, kind }) => (kind === "notes" ? known(name) : artifact(name, { inspected: true })))
}

export const allKnown = () => SPECS.map(({ name }) => known(name))

let nextId = 100

export function asset(name: string, over: Partial<ReleaseAsset> & { bytes?: string } = {}): ReleaseAsset {
  const { bytes = BYTES[name] ?? name, ...rest } = over
  return {
    id: nextId++,
    name,
    sizeBytes: bytes.length,
    state: "uploaded",
    digest: digestOf(bytes),
    downloadUrl: `${BASE}${TAG}/${name}`,
    ...rest,
  }
}

export const sumsAsset = () =>
  asset(SUMS_NAME, {
    bytes: sumsText(Object.entries(BYTES).map(([name, bytes]) => ({ name, digest: digestOf(bytes) }))),
  })

export const allAssets = () => [...SPECS.map(({ name }) => asset(name)), sumsAsset()]

export function release(over: Partial<Release> = {}): Release {
  return {
    id: 7,
    tag: TAG,
    title: "App 1.6.1.44",
    draft: false,
    immutable: true,
    url: `https://github.com/acme/app_releases/releases/tag/${TAG}`,
    uploadUrl: "https://uploads.github.com/repos/acme/app_releases/releases/7/assets{?name,label}",
    assets: allAssets(),
    ...over,
  }
}

export const draft = (over: Partial<Release> = {}) => release({ draft: true, immutable: false, ...over })

/** The manifest's text, by default of the version before. */
export function manifest(version = "1.6.1.43", over: Record<string, unknown> = {}): string {
  const tag = `v${version}`
  const image = version === "1.6.1.44" ? (BYTES["App.dmg"] ?? "") : "the disk image of another version"
  return `${JSON.stringify(
    {
      version,
      build: version,
      artifact: {
        type: "dmg",
        url: `${BASE}${tag}/App.dmg`,
        size: image.length,
        sha256: digestOf(image).slice(7),
        arch: "arm64",
        min_os: "13.0",
        ed25519: "",
      },
      critical: false,
      auto_install: true,
      notes_url: `${BASE}${tag}/NOTES.md`,
      release_date: "2026-02-15T19:57:35.968960+00:00",
      ...over,
    },
    null,
    2,
  )}\n`
}

/** A fresh, whole batch for v1.6.1.44 of which nothing is known; the manifest offers 1.6.1.43. */
export function observed(over: Partial<Observed> & { artifacts?: Artifact[] } = {}): Observed {
  const { artifacts = SPECS.map(({ name }) => artifact(name)), ...rest } = over
  return {
    tag: TAG,
    now: NOW,
    policy: {
      product: "App",
      artifacts: SPECS,
      quietSeconds: 120,
      versionPath: "VERSION",
      manifestPath: "updates/manifest.json",
      keepInbox: false,
    },
    request: {},
    batch: { artifacts, markers: [] },
    workspace: { head: "c0ffee", version: "1.6.1.44\n", manifest: manifest() },
    server: undefined,
    published: undefined,
    drafts: [],
    previous: undefined,
    downloadBase: `${BASE}${TAG}/`,
    recorded: false,
    complete: false,
    publishedHere: false,
    ...rest,
  }
}
