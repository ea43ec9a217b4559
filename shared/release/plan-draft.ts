import type { Release, ReleaseAsset } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import { compareVersions, versionOf } from "../version/version.ts"
import { archiveSteps, mustBeVersion, offerSteps, primaryInstaller } from "./after-publishing.ts"
import { digestOf } from "./digest.ts"
import type { Manifest } from "./manifest.ts"
import type { Artifact } from "./model.ts"
import { releaseTitle } from "./notes.ts"
import type { Observed } from "./observe.ts"
import type { ExpectedAsset, Plan, Step } from "./step.ts"
import { SUMS_NAME, sumsText } from "./sums.ts"
import type { Policy } from "./world.ts"

/**
 * The way of a batch whose tag is not public yet: look, draft, upload, and, once every digest is known, publish and what
 * follows. Throws VERSION_UNREADABLE, VERSION_MISMATCH, VERSION_NOT_NEWER, PHANTOM_RELEASE, DRAFT_NOT_OURS.
 */
export function planDraft(observed: Observed, manifest: Manifest): Omit<Plan, "tag"> {
  mustBeVersion(observed)
  mustNotBeOlder(observed, manifest)
  const looks = looksNeeded(observed, manifest)
  if (looks.length > 0) return { steps: looks }
  mustBeNewBytes(observed, manifest)

  const [draft, ...others] = observed.drafts
  mustHoldNothingForeign(draft, observed.policy)
  const steps: Step[] = others
    .filter((other) => isOurs(other, observed))
    .map((other) => ({ kind: "discard-draft", id: other.id }))
  if (!draft) steps.push({ kind: "create-draft", title: releaseTitle(observed) })
  steps.push(...assetSteps(observed.batch.artifacts, draft?.assets ?? []))
  const expected = expectedAssets(observed.batch.artifacts)
  if (expected) steps.push(...finalSteps(observed, manifest, draft, expected))
  return { steps }
}

/** Whether Slipway made a draft, so that nothing of somebody else is lost with it: its title, and nothing foreign in it. */
export function isOurs(draft: Release, observed: Observed): boolean {
  return draft.title === releaseTitle(observed) && foreignAssets(draft, observed.policy).length === 0
}

function foreignAssets(draft: Release, policy: Policy): string[] {
  const names = draft.assets.map(({ name }) => name)
  return names.filter((name) => name !== SUMS_NAME && !policy.artifacts.some((spec) => spec.name === name))
}

/** A file that somebody put into the draft is theirs to take out. Throws DRAFT_NOT_OURS. */
function mustHoldNothingForeign(draft: Release | undefined, policy: Policy): void {
  const foreign = draft ? foreignAssets(draft, policy) : []
  if (foreign.length === 0) return
  throw new Problem("DRAFT_NOT_OURS", `the draft of ${draft?.tag} holds ${foreign.join(", ")}, which is not configured`)
}

function mustNotBeOlder({ tag }: Observed, manifest: Manifest): void {
  if (manifest.version !== undefined && compareVersions(versionOf(tag), manifest.version) < 0) {
    throw new Problem("VERSION_NOT_NEWER", `${tag} is older than ${manifest.version}, which clients are offered now`)
  }
}

/** Everything is inspected before anything is changed; a whole file is read ahead only where its digest decides something. */
function looksNeeded(observed: Observed, manifest: Manifest): Step[] {
  const [draft] = observed.drafts
  return observed.batch.artifacts.flatMap((artifact): Step[] => {
    if (artifact.kind === "notes") return artifact.notes === undefined ? [{ kind: "inspect", name: artifact.name }] : []
    if (artifact.digest) return []
    const arrived = draft?.assets.find((asset) => asset.name === artifact.name)
    const decides =
      observed.hashAll || (arrived && mayEqual(artifact, arrived)) || mayBePhantom(observed, manifest, artifact)
    if (decides) return [{ kind: "hash", name: artifact.name }]
    return artifact.inspected ? [] : [{ kind: "inspect", name: artifact.name }]
  })
}

function mayEqual(artifact: Artifact, asset: ReleaseAsset): boolean {
  return asset.state === "uploaded" && asset.sizeBytes === artifact.file.sizeBytes
}

function mayBePhantom(observed: Observed, manifest: Manifest, artifact: Artifact): boolean {
  if (observed.request.allowSameBytes || primaryInstaller(observed.batch.artifacts)?.name !== artifact.name)
    return false
  return installersBefore(observed, manifest).some(({ sizeBytes }) => sizeBytes === artifact.file.sizeBytes)
}

/**
 * The installer that clients have by now, as the release before states it and as the manifest does: either may be lacking.
 * A manifest that names this very release's own file says nothing about the one before.
 */
function installersBefore(observed: Observed, manifest: Manifest): { sizeBytes: number; digest: string | undefined }[] {
  const primary = primaryInstaller(observed.batch.artifacts)
  const released = observed.previous?.assets.filter(({ name }) => name === primary?.name) ?? []
  const { url, size, sha256 } = (manifest.content.artifact ?? {}) as { url?: unknown; size?: unknown; sha256?: unknown }
  const own = url === observed.downloadBase + primary?.name
  const offered = own || typeof size !== "number" ? [] : [{ sizeBytes: size, digest: `sha256:${sha256}` }]
  return [...released.map(({ sizeBytes, digest }) => ({ sizeBytes, digest })), ...offered]
}

function mustBeNewBytes(observed: Observed, manifest: Manifest): void {
  const primary = primaryInstaller(observed.batch.artifacts)
  if (observed.request.allowSameBytes || !primary?.digest) return
  if (!installersBefore(observed, manifest).some(({ digest }) => digest === primary.digest)) return
  const before = observed.previous?.tag ?? manifest.version
  throw new Problem(
    "PHANTOM_RELEASE",
    `${primary.name} of ${observed.tag} is byte for byte what clients have since ${before} (${primary.digest})`,
  )
}

/** Makes the draft hold exactly the batch: what differs or is unfinished is replaced, what does not belong goes. */
function assetSteps(artifacts: Artifact[], assets: ReleaseAsset[]): Step[] {
  const kept = artifacts.filter((artifact) => assets.some((asset) => isSame(artifact, asset)))
  const wrong = assets.filter((asset) => asset.name !== SUMS_NAME && !kept.some(({ name }) => name === asset.name))
  return [
    ...wrong.map(({ id, name }): Step => ({ kind: "delete-asset", id, name })),
    ...artifacts
      .filter((artifact) => !kept.includes(artifact))
      .map(({ name, file }): Step => ({ kind: "upload", name, sizeBytes: file.sizeBytes })),
  ]
}

function isSame(artifact: Artifact, asset: ReleaseAsset): boolean {
  if (asset.name !== artifact.name || !mayEqual(artifact, asset)) return false
  if (!asset.digest) throw new Problem("DIGEST_MISSING", `GitHub states no digest for ${asset.name} yet`)
  return asset.digest === artifact.digest
}

/** The artifacts as they must arrive; undefined while a digest is not known yet. */
function expectedAssets(artifacts: Artifact[]): ExpectedAsset[] | undefined {
  const expected = artifacts.flatMap(({ name, file, digest }) =>
    digest ? [{ name, digest, sizeBytes: file.sizeBytes }] : [],
  )
  return expected.length === artifacts.length ? expected : undefined
}

function finalSteps(
  observed: Observed,
  manifest: Manifest,
  draft: Release | undefined,
  expected: ExpectedAsset[],
): Step[] {
  const text = sumsText(expected)
  const sums = { name: SUMS_NAME, sizeBytes: Buffer.byteLength(text), digest: digestOf(text) }
  const there = draft?.assets.filter((asset) => asset.name === SUMS_NAME) ?? []
  const whole = there.some((asset) => asset.state === "uploaded" && asset.digest === sums.digest)
  return [
    ...(whole ? [] : there.map(({ id, name }): Step => ({ kind: "delete-asset", id, name }))),
    ...(whole ? [] : [{ kind: "upload-sums", text } as const]),
    { kind: "publish", title: releaseTitle(observed), assets: [...expected, sums] },
    ...offerSteps(
      observed,
      manifest,
      expected.map((asset) => ({ ...asset, url: observed.downloadBase + asset.name })),
    ),
    ...archiveSteps(observed),
    { kind: "complete" },
  ]
}
