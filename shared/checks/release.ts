import type { Release } from "../ports/releases.ts"
import type { ArtifactSpec } from "../release/model.ts"
import { SUMS_NAME } from "../release/sums.ts"
import { compareVersions, isComparable, readVersion, tagOf } from "../version/version.ts"
import { type Check, type Finding, fail, pass, warn } from "./check.ts"
import type { Offered } from "./sight.ts"

export const release: Check = {
  id: "release",
  title: "The release of VERSION is public and complete",
  timeoutMs: 30_000,
  tries: 2,
  async run(sight) {
    const { policy, releases } = sight.world
    const { files } = await sight.workspace()
    const version = readVersion(files.get(policy.versionPath), policy.versionPath)
    const [found, offered, immutable] = await Promise.all([
      sight.release(tagOf(version)),
      sight.offered(),
      releases.immutable(),
    ])
    return judgeRelease({ version, release: found, offered, immutable, artifacts: policy.artifacts })
  },
}

export interface SeenRelease {
  /** What VERSION names. */
  version: string
  release: Release | undefined
  offered: Offered
  /** Whether the repository makes releases immutable. */
  immutable: boolean
  artifacts: readonly ArtifactSpec[]
}

/** It is there, has an installer, its notes and its sums, each whole, and can no longer be changed where that is demanded. */
export function judgeRelease({ version, release, offered, immutable, artifacts }: SeenRelease): Finding[] {
  if (!release) return [absent(version, offered)]
  const { tag, assets } = release
  const has = (name: string) => assets.some((asset) => asset.name === name)
  const ofKind = (...kinds: string[]) => artifacts.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
  const findings: Finding[] = []
  for (const names of [ofKind("dmg", "pkg"), ofKind("notes"), [SUMS_NAME]]) {
    if (!names.some(has)) findings.push(fail("RELEASE_INCOMPLETE", `${tag} lacks ${names.join(" or ")}`))
  }
  for (const { name, state, digest } of assets) {
    if (state !== "uploaded") findings.push(fail("RELEASE_INCOMPLETE", `${name} of ${tag} was never uploaded whole`))
    else if (!digest) findings.push(fail("DIGEST_MISSING", `GitHub states no digest for ${name} of ${tag}`))
  }
  if (immutable && !release.immutable) findings.push(fail("RELEASE_MUTABLE", `${tag} can still be changed`))
  if (findings.length > 0) return findings
  return [pass(`${tag} is public with ${assets.length} files${release.immutable ? ", and immutable" : ""}`)]
}

/** A version that is ahead of what clients are offered is on its way; any other should be there. */
function absent(version: string, { offer }: Offered): Finding {
  const ahead = !offer || !isComparable(offer.version) || compareVersions(version, offer.version) > 0
  if (!ahead) return fail("RELEASE_MISSING", `there is no public release ${tagOf(version)}, and VERSION names it`)
  const remedy = `Put the files of ${version} into the inbox to release it.`
  return warn("RELEASE_MISSING", `${version} is not released yet`, remedy)
}
