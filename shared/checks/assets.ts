import type { Digest, Release, ReleaseAsset } from "../ports/releases.ts"
import type { WebAnswer } from "../ports/web.ts"
import { Problem } from "../problem.ts"
import { digestOf } from "../release/digest.ts"
import { SUMS_NAME } from "../release/sums.ts"
import { isTag, tagOf } from "../version/version.ts"
import { type Check, type Finding, fail, pass, skip } from "./check.ts"
import { quote } from "./endpoint.ts"
import type { Offer } from "./offer.ts"
import type { CheckWorld } from "./world.ts"

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
    if (!isTag(tag)) return skip(`the manifest offers ${quote(offer.version)}, which is no tag of a release`)
    const release = await sight.release(tag)
    const listed = release?.assets.some(({ name }) => name === SUMS_NAME)
    const sums = listed ? await readSums(sight.world, tag, signal) : undefined
    return judgeAssets({ tag, offer, release, sums })
  },
}

/** As anybody downloads it, without credentials. Throws GITHUB_UNREACHABLE, ANSWER_TOO_LARGE, REDIRECT_REFUSED. */
async function readSums({ releases, web }: CheckWorld, tag: string, signal: AbortSignal): Promise<WebAnswer> {
  try {
    return await web.read(releases.downloadUrl(tag, SUMS_NAME), { maxBytes: SUMS_BYTES, signal })
  } catch (error) {
    // These files lie with GitHub, not on the update server.
    if (!(error instanceof Problem) || error.code !== "ENDPOINT_UNREACHABLE") throw error
    throw new Problem("GITHUB_UNREACHABLE", error.message, { cause: error })
  }
}

export interface SeenAssets {
  tag: string
  offer: Offer
  release: Release | undefined
  /** How SHA256SUMS was answered; undefined when the release does not list it. */
  sums: Pick<WebAnswer, "status" | "text"> | undefined
}

/** GitHub, the manifest and SHA256SUMS speak of the same bytes. */
export function judgeAssets({ tag, offer, release, sums }: SeenAssets): Finding[] {
  if (!release) return [fail("RELEASE_MISSING", `the manifest offers ${tag}, and there is no such public release`)]
  const findings = [...judgeOffered(tag, offer, release), ...judgeSums(tag, sums, release)]
  if (findings.length > 0) return findings
  return [pass(`${release.assets.length} files of ${tag} agree in size and digest`)]
}

function judgeOffered(tag: string, offer: Offer, { assets }: Release): Finding[] {
  // GitHub may write the repository's name with other capitals than the configuration does.
  const asset = assets.find(({ downloadUrl }) => downloadUrl.toLowerCase() === offer.url.toLowerCase())
  if (!asset) return [fail("ASSET_DIFFERS", `the manifest's URL is no file of ${tag}: ${quote(offer.url)}`)]
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

function judgeSums(tag: string, sums: SeenAssets["sums"], { assets }: Release): Finding[] {
  if (!sums) return [fail("RELEASE_INCOMPLETE", `${tag} has no ${SUMS_NAME}`)]
  const silent = judgeAnswer(`${SUMS_NAME} of ${tag}`, sums.status)
  if (silent) return [silent]
  const listed = parseSums(sums.text)
  if (!listed) return [fail("ASSET_DIFFERS", `${SUMS_NAME} of ${tag} is not a list of digests`)]
  // Of itself it cannot speak.
  const expected = new Map([...listed, [SUMS_NAME, digestOf(sums.text)]])
  const absent = [...listed.keys()].filter((name) => !assets.some((file) => file.name === name))
  return [
    ...absent.map((name) => fail("ASSET_DIFFERS", `${SUMS_NAME} names ${name}, which ${tag} does not have`)),
    ...assets.flatMap((asset) => judgeListed(tag, asset, expected.get(asset.name))),
  ]
}

/** An answer that is no list at all, or undefined. Only what is really not there is a matter of the release. */
function judgeAnswer(what: string, status: number): Finding | undefined {
  if (status === 200) return undefined
  if (status === 429 || status >= 500) return fail("GITHUB_FAILED", `GitHub answered ${status} for ${what}`)
  const remedy = "Look whether the assets repository is public: clients download without signing in."
  return fail("RELEASE_INCOMPLETE", `${what} cannot be downloaded: GitHub answered ${status}`, remedy)
}

function judgeListed(tag: string, { name, digest }: ReleaseAsset, expected: Digest | undefined): Finding[] {
  if (!digest) return [fail("DIGEST_MISSING", `GitHub states no digest for ${name} of ${tag}`)]
  if (!expected) return [fail("ASSET_DIFFERS", `${name} of ${tag} is not in ${SUMS_NAME}`)]
  if (digest === expected) return []
  const other = name === SUMS_NAME ? "what is downloaded is" : `${SUMS_NAME} says`
  return [fail("ASSET_DIFFERS", `${name} of ${tag} is ${digest}, and ${other} ${expected}`)]
}

/** Name → digest; undefined when a line is not `<64 hex>  <name>`, or names a file again or itself. */
function parseSums(text: string): Map<string, Digest> | undefined {
  const lines = text.split("\n")
  if (lines.pop() !== "" || lines.length === 0) return undefined
  const listed = new Map<string, Digest>()
  for (const line of lines) {
    const [, hex, name] = /^([0-9a-f]{64}) {2}([!-~]+)$/.exec(line) ?? []
    if (!hex || !name || name === SUMS_NAME || listed.has(name)) return undefined
    listed.set(name, `sha256:${hex}`)
  }
  return listed
}
