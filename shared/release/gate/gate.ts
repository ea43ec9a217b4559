import { Problem } from "../../problem.ts"
import type { ArtifactKind } from "../model.ts"
import { inspectDmg } from "./dmg.ts"
import { type GateFile, type Inspection, invalid, type Peek } from "./file.ts"
import { inspectNotes } from "./notes.ts"
import { inspectPkg } from "./pkg.ts"

export type { GateFile, Peek } from "./file.ts"

/**
 * Sees every byte of one file once, in order, and says whether the file is what its kind promises. Chunks may have any
 * size. Both methods throw DMG_INVALID, PKG_INVALID or NOTES_INVALID; only a gate whose `end` returned has let the file through.
 */
export interface Gate {
  write(chunk: Uint8Array): void
  end(): void
}

const inspections: Record<ArtifactKind, (file: GateFile, peek: Peek) => Inspection | Promise<Inspection>> = {
  dmg: inspectDmg,
  pkg: inspectPkg,
  notes: inspectNotes,
}

/**
 * Opens the gate for one file, and throws at once what can be told before the first byte passes. `peek` reads ahead of the
 * pass; disk images alone need it: their last 512 bytes and their property list (at most 4 MiB) say what the checksums cover.
 */
export async function openGate(file: GateFile, peek: Peek): Promise<Gate> {
  const inspection = await inspections[file.kind](file, peek)
  let seenBytes = 0
  return {
    write(chunk) {
      inspection.see(chunk, seenBytes)
      seenBytes += chunk.byteLength
    },
    end() {
      if (seenBytes !== file.sizeBytes) {
        throw invalid(file, `ended after ${seenBytes} bytes; it was listed with ${file.sizeBytes}`)
      }
      inspection.end()
    },
  }
}

/** GitHub's limit: an asset must be under 2 GiB. */
const tooLargeBytes = 2 ** 31

/** What the size alone forbids: ARTIFACT_EMPTY, ARTIFACT_TOO_LARGE, or nothing. */
export function refusal(file: { name: string; sizeBytes: number }): Problem | undefined {
  if (file.sizeBytes === 0) return new Problem("ARTIFACT_EMPTY", `${file.name} is empty`)
  if (file.sizeBytes < tooLargeBytes) return undefined
  return new Problem("ARTIFACT_TOO_LARGE", `${file.name} has ${file.sizeBytes} bytes; the most is ${tooLargeBytes - 1}`)
}
