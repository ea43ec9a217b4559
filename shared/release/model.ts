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

/** What a look at a file has taught us. It holds for exactly the ETag it was learnt under. */
export interface Knowledge {
  digest?: Digest
  /** The ends of the file have been looked at, and nothing speaks against sending it. */
  inspected?: boolean
  /** Of notes: the text, cut where a release's body is. */
  notes?: string
  /** Why the file is not what its kind promises. */
  refused?: ProblemSummary
}

/** An artifact of a batch: the file in the inbox, and what is known of it. */
export interface Artifact extends ArtifactSpec, Knowledge {
  file: InboxFile
}

export type Phase = "waiting" | "publishing" | "blocked" | "failed" | "complete"

/** One thing that happened, for people. `at` is ISO 8601 in UTC. */
export interface TimelineEntry {
  at: string
  event: string
  [detail: string]: string | number | boolean
}

export interface RecordedArtifact {
  name: string
  kind: ArtifactKind
  path: string
  /** bytes */
  size: number
  etag: string
  digest?: Digest
  refused?: ProblemSummary
}

/** What Slipway remembers of one release: for people, and as a cache of digests keyed by ETag. Never the truth. */
export interface ReleaseRecord {
  tag: string
  phase: Phase
  artifacts: RecordedArtifact[]
  release?: { id: number; url?: string }
  manifest?: { commit: string }
  /** The manifest that was last put where the update server reads it; absent when another may be there by now. */
  vm?: { digest: Digest }
  waitingFor?: string[]
  problem?: ProblemSummary
  /** When the other side wants to be asked again, ISO 8601: the sweep keeps away until then. */
  notBefore?: string
  timeline: TimelineEntry[]
}
