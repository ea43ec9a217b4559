import type { Digest, Release, Releases } from "../../../shared/ports/releases.ts"
import { hexOf } from "../../../shared/release/digest.ts"
import { readManifest, writeManifest } from "../../../shared/release/manifest.ts"
import { SUMS_NAME, sumsText } from "../../../shared/release/sums.ts"
import { sampleFiles } from "../../files.ts"
import { memoryReleases } from "../../memory/releases.ts"
import { digestOfBytes } from "../../tree.ts"
import { type Files, MANIFEST } from "../../world.ts"
import { type House, NOW, openHouse } from "./house.ts"

export const TAG = "v1.6.1.44"
const files = await sampleFiles("1.6.1.44")
const older = await sampleFiles("1.6.1.43")
const digestOf = (bytes: Uint8Array) => digestOfBytes(bytes) as Digest

/** What must be public in the end. */
export const DIGESTS = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOf(bytes)]))

/** A house in which a release lies in the inbox, and clients are offered the one before. */
export interface Start {
  name: string
  /** GitHub itself lets nobody take anything from a public release. */
  immutable: boolean
  /** The release is public to begin with, and not whole. */
  public: boolean
  open(): Promise<House>
}

async function draft(releases: Releases, contents: Files, tag = TAG): Promise<Release> {
  const made = await releases.createDraft({ tag, title: `App ${tag.slice(1)}`, body: "half done" })
  for (const [name, bytes] of Object.entries(contents))
    await releases.upload(made, { name, sizeBytes: bytes.length, contentType: "" }, () => ReadableStream.from([bytes]))
  return made
}

function start(name: string, fill: (releases: Releases, house: House) => Promise<unknown>, immutable = false): Start {
  return {
    name,
    immutable,
    public: name.startsWith("a public"),
    async open() {
      const house = openHouse({ VERSION: "1.6.1.44\n" }, immutable)
      const releases = memoryReleases(house.releases)
      const sums = sumsText(Object.entries(older).map(([of, bytes]) => ({ name: of, digest: digestOf(bytes) })))
      const before = await draft(releases, { ...older, [SUMS_NAME]: Buffer.from(sums) }, "v1.6.1.43")
      await releases.publish(before, { title: "App 1.6.1.43", body: "Old." })
      house.branch.files.set(MANIFEST, manifestOfOlder(releases))
      await house.drop(TAG, files)
      await fill(releases, house)
      return house
    },
  }
}

function manifestOfOlder(releases: Releases): string {
  const bytes = older["App.dmg"] as Buffer
  const facts = {
    version: "1.6.1.43",
    type: "dmg" as const,
    url: releases.downloadUrl("v1.6.1.43", "App.dmg"),
    sizeBytes: bytes.length,
    sha256: hexOf(digestOf(bytes)),
    notesUrl: releases.downloadUrl("v1.6.1.43", "NOTES.md"),
  }
  return writeManifest(readManifest(undefined, MANIFEST), facts, NOW) ?? ""
}

const image = { "App.dmg": files["App.dmg"] as Buffer }

export const STARTS: readonly Start[] = [
  start("a fresh release", async () => {}),
  start("a fresh release that becomes immutable", async () => {}, true),
  start("a draft with half an asset", async (releases, { releases: shelf }) => {
    const { id } = await draft(releases, image)
    const half = { id: ++shelf.ids, name: "App.pkg", sizeBytes: 0, state: "starter", downloadUrl: "" }
    shelf.releases.find((release) => release.id === id)?.assets.push(half)
  }),
  start("two drafts of one tag", async (releases) => {
    await draft(releases, image)
    await draft(releases, { "App.pkg": files["App.pkg"] as Buffer })
  }),
  start("a public release that lacks a file", async (releases) => {
    await releases.publish(await draft(releases, image), { title: "App 1.6.1.44", body: "New." })
  }),
]
