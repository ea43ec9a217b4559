import type { Digest } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import { compareVersions, readVersion, versionOf } from "../version/version.ts"
import { nameOf } from "./batch.ts"
import { digestOf, hexOf } from "./digest.ts"
import { type Manifest, writeManifest } from "./manifest.ts"
import type { ArtifactKind } from "./model.ts"
import type { Observed } from "./observe.ts"
import type { Step } from "./step.ts"

/** A file of the release, as the manifest speaks of it. */
export interface Published {
  name: string
  sizeBytes: number
  digest?: Digest
  url: string
}

type ManifestCommit = Extract<Step, { kind: "commit-manifest" }>

/** What clients install: the DMG, or the PKG when there is no DMG. */
export function primaryInstaller<T extends { kind: ArtifactKind }>(artifacts: readonly T[]): T | undefined {
  return artifacts.find(({ kind }) => kind === "dmg") ?? artifacts.find(({ kind }) => kind === "pkg")
}

/** What makes clients see the release: the manifest's commit, and the manifest on the update server. Throws what `manifestStep` throws. */
export function offerSteps(observed: Observed, manifest: Manifest, files: readonly Published[]): Step[] {
  const commit = manifestStep(observed, manifest, files)
  return [...(commit ? [commit] : []), ...deliverySteps(observed, manifest, commit?.text)]
}

/** The manifest that offers this release goes to the update server, unless it is known to be there. A newer one is not for this release to carry. */
export function deliverySteps(observed: Observed, manifest: Manifest, committed?: string): Step[] {
  const { server, workspace, tag } = observed
  const offered = manifest.version === versionOf(tag) ? workspace.manifest : undefined
  const text = committed ?? offered
  if (!server || text === undefined || digestOf(text) === server.digest) return []
  return [{ kind: "deliver-manifest", to: server.name, text }]
}

/**
 * The commit that offers the release to clients; none when the manifest says so already, or offers a newer one.
 * Throws DIGEST_MISSING, VERSION_UNREADABLE, VERSION_MISMATCH.
 */
function manifestStep(observed: Observed, manifest: Manifest, files: readonly Published[]): ManifestCommit | undefined {
  const version = versionOf(observed.tag)
  const ahead = manifest.version === undefined ? 1 : compareVersions(version, manifest.version)
  const named = observed.policy.artifacts.flatMap((spec) => {
    const file = files.find(({ name }) => name === spec.name)
    return file ? [{ ...spec, ...file }] : []
  })
  const primary = primaryInstaller(named)
  if (ahead < 0 || !primary || primary.kind === "notes") return undefined
  if (!primary.digest) throw new Problem("DIGEST_MISSING", `GitHub states no digest for ${primary.name} yet`)

  const facts = {
    version,
    type: primary.kind,
    url: primary.url,
    sizeBytes: primary.sizeBytes,
    sha256: hexOf(primary.digest),
    notesUrl: named.find(({ kind }) => kind === "notes")?.url,
  }
  const text = writeManifest(manifest, facts, observed.now)
  if (text === undefined) return undefined
  if (ahead > 0) mustBeVersion(observed)
  return { kind: "commit-manifest", path: observed.policy.manifestPath, text }
}

/** An empty inbox means that nothing is pending: what is released moves to the archive. */
export function archiveSteps({ batch, policy }: Observed): Step[] {
  if (policy.keepInbox) return []
  return [
    ...batch.artifacts.map(({ name, file }): Step => ({ kind: "archive", name, from: file.path })),
    ...batch.markers.map(({ path }): Step => ({ kind: "archive", name: nameOf(path), from: path })),
  ]
}

/** VERSION must name this release, see `versionIn`. Throws VERSION_UNREADABLE or VERSION_MISMATCH. */
export function mustBeVersion({ tag, workspace, policy }: Observed): void {
  const version = readVersion(workspace.version, policy.versionPath)
  if (version !== versionOf(tag)) {
    throw new Problem("VERSION_MISMATCH", `the batch is ${tag}, and ${policy.versionPath} says ${version}`)
  }
}
