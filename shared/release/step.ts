import type { Digest } from "../ports/releases.ts"
import type { ProblemSummary } from "../problem.ts"

/** What an asset must be before its release is published. */
export interface ExpectedAsset {
  name: string
  sizeBytes: number
  digest: Digest
}

/** One thing to do. Each may be cut off and done again. */
export type Step =
  /** Look at the ends of a file (of notes: at all of it) before anything is changed. */
  | { kind: "inspect"; name: string }
  /** Read a whole file for its digest, where the digest decides what to do. */
  | { kind: "hash"; name: string }
  | { kind: "discard-draft"; id: number }
  | { kind: "create-draft"; title: string }
  | { kind: "delete-asset"; id: number; name: string }
  | { kind: "upload"; name: string; sizeBytes: number }
  | { kind: "upload-sums"; text: string }
  | { kind: "publish"; title: string; assets: ExpectedAsset[] }
  /** Writes down that a release which somebody else has published holds the batch, byte for byte. */
  | { kind: "adopt" }
  | { kind: "commit-manifest"; path: string; text: string }
  /** Puts the manifest where the update server reads it. */
  | { kind: "deliver-manifest"; to: string; text: string }
  | { kind: "archive"; name: string; from: string }
  | { kind: "complete" }

/** Steps that only read: they change what is known, never the world. */
export function isLook(step: Step): step is Step & { kind: "inspect" | "hash" } {
  return step.kind === "inspect" || step.kind === "hash"
}

/** What is left to do, and what stands in the way. No steps, no problem and nothing to wait for means: done. */
export interface Plan {
  tag: string
  steps: Step[]
  problem?: ProblemSummary
  waitingFor?: string[]
  /** When to look again though nothing happens, in seconds. */
  wakeInSeconds?: number
  /** The tag is public and every file of the batch is in it, byte for byte. */
  alreadyPublished?: boolean
}
