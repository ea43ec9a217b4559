import type { Digest, Release } from "../ports/releases.ts"
import { SUMS_NAME } from "../release/sums.ts"
import { isTag, tagOf } from "../version/version.ts"
import { type Check, type Finding, fail, pass, skip } from "./check.ts"
import type { Offer } from "./offer.ts"

/** A line takes about a hundred bytes. */
const SUMS_BYTES = 64 * 1024

export const assets: Check = {
  id: "assets",
  title: "Every file is what the manifest and SHA256SUMS say",
  timeoutMs: 30_000,
  tries: 2,
  async run(sight, signal) {
    const { offer, unknown } = await sight.offered()
    if (!offer) return skip(unknown ?? "nothing is offered yet")
    const tag = tagOf(offer.version)
    const { releases, web } = sight.world
    if (!isTag(tag)) return skip(`${offer.version} was not released by Slipway`)
    const [release, sums] = await Promise.all([
      sight.release(tag),
      web.read(releases.downloadUrl(tag, SUMS_NAME), { maxBytes: SUMS_BYTES, signal }),
    ])
    return judgeAssets({ tag, offer, release, sums: sums.status === 200 ? sums.text : undefined })
  },
}

export interface SeenAssets {
  tag: string
  offer: Offer
  release: Release | undefined
  /** The text of SHA256SUMS, as anybody downloads it. */
  sums: string | undefined
}

/** GitHub, the manifest and SHA256SUMS speak of the same bytes. */
export function judgeAssets({ tag, offer, release, sums }: SeenAssets): Finding[] {
  if (!release) return [fail("RELEASE_MISSING", `the manifest offers ${tag}, and there is no such public release`)]
  if (sums === undefined) return [fail("RELEASE_INCOMPLETE", `${SUMS_NAME} of ${tag} cannot be downloaded`)]
  const listed = readSums(sums)
  if (!listed) return [fail("ASSET_DIFFERS", `${SUMS_NAME} of ${tag} is not a list of digests`)]
  const findings = [...judgeOffered(tag, offer, release), ...judgeSums(tag, listed, release)]
  if (findings.length > 0) return findings
  return [pass(`${release.assets.length} files of ${tag} agree in size and digest`)]
}

function judgeOffered(tag: string, offer: Offer, { assets }: Release): Finding[] {
  const asset = assets.find(({ downloadUrl }) => downloadUrl === offer.url)
  if (!asset) return [fail("ASSET_DIFFERS", `the manifest's URL is no file of ${tag}: ${offer.url}`)]
  const { name, sizeBytes, digest } = asset
  const differing: Finding[] = []
  if (sizeBytes !== offer.sizeBytes) {
    differing.push(fail("ASSET_DIFFERS", `${name} has ${sizeBytes} bytes, and the manifest says ${offer.sizeBytes}`))
  }
  if (digest && digest !== `sha256:${offer.sha256}`) {
    differing.push(fail("ASSET_DIFFERS", `${name} is ${digest}, and the manifest says sha256:${offer.sha256}`))
  }
  return differing
}

function judgeSums(tag: string, listed: ReadonlyMap<string, Digest>, { assets }: Release): Finding[] {
  const files = assets.filter(({ name }) => name !== SUMS_NAME)
  const absent = [...listed.keys()].filter((name) => !files.some((file) => file.name === name))
  return [
    ...absent.map((name) => fail("ASSET_DIFFERS", `${SUMS_NAME} names ${name}, which ${tag} does not have`)),
    ...files.flatMap(({ name, digest }) => {
      const expected = listed.get(name)
      if (!digest) return [fail("DIGEST_MISSING", `GitHub states no digest for ${name} of ${tag}`)]
      if (!expected) return [fail("ASSET_DIFFERS", `${name} of ${tag} is not in ${SUMS_NAME}`)]
      return digest === expected
        ? []
        : [fail("ASSET_DIFFERS", `${name} is ${digest}, and ${SUMS_NAME} says ${expected}`)]
    }),
  ]
}

/** Name → digest; undefined when a line is not `<64 hex>  <name>`, or names a file again. */
function readSums(text: string): Map<string, Digest> | undefined {
  const lines = text.split("\n")
  if (lines.pop() !== "" || lines.length === 0) return undefined
  const listed = new Map<string, Digest>()
  for (const line of lines) {
    const [, hex, name] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line) ?? []
    if (!hex || !name || listed.has(name)) return undefined
    listed.set(name, `sha256:${hex}`)
  }
  return listed
}
