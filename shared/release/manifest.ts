import { Problem } from "../problem.ts"
import { isComparable } from "../version/version.ts"
import type { ArtifactKind } from "./model.ts"

/** What a release decides about the manifest; the rest is the maintainers' choice and kept. */
export interface ManifestFacts {
  version: string
  type: Exclude<ArtifactKind, "notes">
  url: string
  sizeBytes: number
  /** 64 lowercase hex digits. */
  sha256: string
  /** Undefined keeps what the manifest says. */
  notesUrl: string | undefined
}

type Json = { [key: string]: unknown }

/** The manifest as it was read: its version, where it has one, and everything else as it stands. */
export interface Manifest {
  version: string | undefined
  content: Json
}

/**
 * Reads a manifest's text; an absent or empty file is an empty manifest. Throws MANIFEST_INVALID for anything that is not one
 * JSON object, or whose version cannot be ordered: then nobody can say whether a release is newer.
 */
export function readManifest(text: string | undefined, path: string): Manifest {
  if (text === undefined || text.trim() === "") return { version: undefined, content: {} }
  const content = parse(text, path)
  const { version } = content
  if (version === undefined) return { version: undefined, content }
  if (typeof version !== "string" || !isComparable(version)) {
    throw new Problem(
      "MANIFEST_INVALID",
      `${path} has the version ${JSON.stringify(version)}, expected X.Y.Z.W as text`,
    )
  }
  return { version, content }
}

function parse(text: string, path: string): Json {
  try {
    const content: unknown = JSON.parse(text)
    if (isObject(content)) return content
  } catch (cause) {
    throw new Problem("MANIFEST_INVALID", `${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
  throw new Problem("MANIFEST_INVALID", `${path} does not hold a JSON object`)
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/**
 * The manifest's new text, or undefined when it states these facts already. Known keys come in the order clients have
 * always seen, unknown ones after them; two-space indent, one newline at the end. A signature belongs to its bytes alone, so
 * `ed25519` is emptied when they change, and `release_date` moves only when something else does.
 */
export function writeManifest(before: Manifest, facts: ManifestFacts, now: Date): string | undefined {
  const old = before.content
  const oldArtifact = isObject(old.artifact) ? old.artifact : {}
  const sameBytes = oldArtifact.sha256 === facts.sha256
  const artifact = ordered(oldArtifact, {
    type: facts.type,
    url: facts.url,
    size: facts.sizeBytes,
    sha256: facts.sha256,
    arch: oldArtifact.arch ?? "universal2",
    min_os: oldArtifact.min_os ?? "11.0",
    ed25519: sameBytes ? (oldArtifact.ed25519 ?? "") : "",
  })
  const content = ordered(old, {
    version: facts.version,
    build: facts.version,
    artifact,
    critical: old.critical ?? false,
    auto_install: old.auto_install ?? true,
    notes_url: facts.notesUrl ?? old.notes_url ?? "",
    release_date: old.release_date ?? null,
  })
  if (content.release_date !== null && JSON.stringify(sortedKeys(content)) === JSON.stringify(sortedKeys(old))) {
    return undefined
  }
  content.release_date = now.toISOString().replace("Z", "+00:00")
  return `${JSON.stringify(content, null, 2)}\n`
}

/** The known keys in their order, then whatever else was there. */
function ordered(old: Json, known: Json): Json {
  const unknown = Object.entries(old).filter(([key]) => !Object.hasOwn(known, key))
  return { ...known, ...Object.fromEntries(unknown) }
}

function sortedKeys(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key])]),
  )
}
