import type { Range } from "../../ports/inbox.ts"
import { Problem, type ProblemCode } from "../../problem.ts"
import type { ArtifactKind } from "../model.ts"

/** The file at the gate: its name and size as they were listed, its kind as it was configured. */
export interface GateFile {
  name: string
  kind: ArtifactKind
  sizeBytes: number
}

/** Reads a few bytes of the file outside the pass; fewer than asked for where the file ends. */
export type Peek = (range: Range) => Promise<Uint8Array>

/** What looks at one kind of file: every chunk with the offset it begins at, then the end. Both throw what `invalid` makes. */
export interface Inspection {
  see(chunk: Uint8Array, at: number): void
  end(): void
}

const codes = {
  dmg: "DMG_INVALID",
  pkg: "PKG_INVALID",
  notes: "NOTES_INVALID",
} as const satisfies Record<ArtifactKind, ProblemCode>

/**
 * The Problem of a file that is not what its kind promises; `found` continues the sentence its name begins. It may quote the
 * file, whose words can be endless or hold control characters: neither reaches a log or a terminal.
 */
export function invalid(file: GateFile, found: string, options: { cause?: unknown; remedy?: string } = {}): Problem {
  return new Problem(codes[file.kind], `${file.name} ${found.slice(0, 400).replace(/\p{Cc}/gu, "?")}`, options)
}
