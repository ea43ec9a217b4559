import type { Inbox } from "../ports/inbox.ts"
import type { Leases } from "../ports/leases.ts"
import type { ManifestPlace } from "../ports/manifest-place.ts"
import type { Releases } from "../ports/releases.ts"
import type { Store } from "../ports/store.ts"
import type { Workspace } from "../ports/workspace.ts"
import type { ArtifactSpec } from "./model.ts"

/** What the product decides about its releases. */
export interface Policy {
  product: string
  artifacts: readonly ArtifactSpec[]
  /** How long nothing must have been uploaded before an incomplete batch counts as meant so. */
  quietSeconds: number
  /** Path of VERSION in the workspace. */
  versionPath: string
  /** Path of the manifest in the workspace. */
  manifestPath: string
  /** Leaves the inbox as it is after success: a person's own folder is no inbox. */
  keepInbox: boolean
}

/** One line for people and machines; fields never hold a secret. */
export type Log = (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void

/** All a release needs of the outside, handed in. */
export interface World {
  policy: Policy
  inbox: Inbox
  releases: Releases
  workspace: Workspace
  /** Where the update server reads the manifest; a product without a VM has none. */
  server?: ManifestPlace
  state: Store
  leases: Leases
  now: () => Date
  log: Log
  /** Told while a file is read or sent, for progress bars. */
  progress?: (name: string, doneBytes: number, sizeBytes: number) => void
}

/** What to do, never which event asked for it. */
export interface ReleaseRequest {
  /** The tag, or undefined for the batch in the inbox's root: VERSION names its tag. */
  tag?: string | undefined
  /** A person asked for it: an incomplete batch need not wait. */
  asked?: boolean
  /** A new version may hold the installer of the one before. */
  allowSameBytes?: boolean
}
