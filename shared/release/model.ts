import type { InboxFile } from "../ports/inbox.ts"
import type { Digest } from "../ports/releases.ts"
import type { ProblemSummary } from "../problem.ts"

export type ArtifactKind = "dmg" | "pkg" | "notes"

/** An artifact the product is made of, as configured. */
export interface ArtifactSpec {
  /** File name, the same in the inbox and in the release. */
  name: string
  kind: ArtifactKind
}

/** An artifact of a batch: the file in the inbox, and its digest where it is known for exactly this ETag. */
export interface Artifact extends ArtifactSpec {
  file: InboxFile
  digest?: Digest
}

export type Phase = "waiting" | "publishing" | "blocked" | "failed" | "complete"

/** One thing that happened, for people. `at` is ISO 8601 in UTC. */
export interface TimelineEntry {
  at: string
  event: string
  [detail: string]: string | number | boolean
}

/** What Slipway remembers of one release: for people, and as a cache of digests keyed by ETag. Never the truth. */
export interface ReleaseRecord {
  tag: string
  phase: Phase
  artifacts: { name: string; kind: ArtifactKind; path: string; size: number; etag: string; digest?: Digest }[]
  release?: { id: number; url?: string }
  manifest?: { commit: string }
  waitingFor?: string[]
  warnings?: string[]
  problem?: ProblemSummary
  timeline: TimelineEntry[]
}
