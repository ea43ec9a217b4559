import type { Release } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import { archiveSteps, deliverySteps, offerSteps, primaryInstaller } from "./after-publishing.ts"
import type { Manifest } from "./manifest.ts"
import type { Artifact } from "./model.ts"
import type { Observed } from "./observe.ts"
import { isOurs } from "./plan-draft.ts"
import type { Plan, Step } from "./step.ts"
import { SUMS_NAME, sumsText } from "./sums.ts"

/**
 * The way of a batch whose tag is public: published files stay as they are, and everything after them is made true.
 * Throws TAG_CONTENT_MISMATCH, RELEASE_INCOMPLETE, DIGEST_ABSENT, and what `offerSteps` throws.
 */
export function planPublished(observed: Observed, release: Release, manifest: Manifest): Omit<Plan, "tag"> {
  const { artifacts } = observed.batch
  const looks = artifacts.filter((artifact) => !artifact.digest && sameSize(artifact, release))
  if (looks.length > 0) return { steps: looks.map(({ name }) => ({ kind: "hash", name })) }

  mustBeSameBytes(artifacts, release)
  const missing = artifacts.filter((artifact) => !assetOf(artifact, release)).map(({ name }) => name)
  if (missing.length > 0 && release.immutable) {
    throw new Problem("RELEASE_INCOMPLETE", `${release.tag} is immutable and lacks ${missing.join(", ")}`)
  }
  const additions = release.immutable ? [] : missingSteps(artifacts, release)
  if (additions.length > 0) return { steps: additions }

  const files = release.assets.map((asset) => ({ ...asset, url: asset.downloadUrl }))
  // What somebody else has published was never looked at here, unless its installer lies in the batch, byte for byte.
  const installer = primaryInstaller(artifactsOf(release, observed))
  const adopted = !observed.publishedHere && artifacts.some(({ name }) => name === installer?.name)
  const vouched = observed.publishedHere || adopted
  const open = vouched && !observed.complete && (observed.recorded || artifacts.length > 0)
  const steps: Step[] = [
    // A run that had lost its lease may have made one when all was done: its request was on its way.
    ...observed.drafts
      .filter((draft) => isOurs(draft, observed))
      .map(({ id }): Step => ({ kind: "discard-draft", id })),
    // Before the batch goes: a run that is cut off after that could not tell any more.
    ...(adopted ? [{ kind: "adopt" } as const] : []),
    ...(vouched ? offerSteps(observed, manifest, files) : deliverySteps(observed, manifest)),
    ...archiveSteps(observed),
    ...(open ? [{ kind: "complete" } as const] : []),
  ]
  return { steps, alreadyPublished: true }
}

function artifactsOf(release: Release, { policy }: Observed) {
  return policy.artifacts.filter(({ name }) => release.assets.some((asset) => asset.name === name))
}

function assetOf(artifact: Artifact, release: Release) {
  return release.assets.find((asset) => asset.name === artifact.name && asset.state === "uploaded")
}

function sameSize(artifact: Artifact, release: Release): boolean {
  return assetOf(artifact, release)?.sizeBytes === artifact.file.sizeBytes
}

/** Published content is never replaced, notes included. */
function mustBeSameBytes(artifacts: Artifact[], release: Release): void {
  const differing = artifacts.flatMap((artifact) => {
    const asset = assetOf(artifact, release)
    if (!asset) return []
    if (asset.sizeBytes !== artifact.file.sizeBytes) {
      return [`${artifact.name} has ${artifact.file.sizeBytes} bytes, published are ${asset.sizeBytes}`]
    }
    if (!asset.digest) throw new Problem("DIGEST_ABSENT", `GitHub states no digest for the published ${asset.name}`)
    return asset.digest === artifact.digest
      ? []
      : [`${artifact.name} is ${artifact.digest}, published is ${asset.digest}`]
  })
  if (differing.length === 0) return
  throw new Problem(
    "TAG_CONTENT_MISMATCH",
    `${release.tag} is already published with different content: ${differing.join("; ")}`,
  )
}

/** What a public release still lacks of its batch. Sums that are there stay, even when a file came later: they are published. */
function missingSteps(artifacts: Artifact[], release: Release): Step[] {
  const uploads = artifacts
    .filter((artifact) => !assetOf(artifact, release))
    .map(({ name, file }): Step => ({ kind: "upload", name, sizeBytes: file.sizeBytes }))
  if (uploads.length > 0 || artifacts.length === 0) return uploads
  if (release.assets.some(({ name, state }) => name === SUMS_NAME && state === "uploaded")) return []
  const whole = release.assets.filter(({ name, state }) => name !== SUMS_NAME && state === "uploaded")
  return [
    { kind: "upload-sums", text: sumsText(whole.flatMap(({ name, digest }) => (digest ? [{ name, digest }] : []))) },
  ]
}
