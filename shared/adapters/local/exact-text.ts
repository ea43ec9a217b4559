import type { Stats } from "node:fs"
import { lstat, readdir } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { Problem } from "../../problem.ts"
import { onDisk, unlessMissing } from "./disk.ts"
import { look } from "./listing.ts"
import { below, isTemporary } from "./paths.ts"
import { readFileRange } from "./read-file.ts"

const maxBytes = 10_000_000

/** Never a part of the project. */
const foreign = [".git", "node_modules"]

/**
 * The `/`-separated paths of the files and symbolic links below a directory, without other repositories in it and what is left
 * of killed runs. Links are not followed.
 */
export async function projectPaths(root: string, folder = ""): Promise<string[]> {
  const entries = (await readdir(join(root, folder), { withFileTypes: true }).catch(unlessMissing)) ?? []
  if (folder !== "" && entries.some(({ name }) => name === ".git")) return []
  const paths: string[] = []
  for (const entry of entries) {
    const path = folder + entry.name
    if (foreign.includes(entry.name) || isTemporary(entry.name)) continue
    if (entry.isDirectory()) paths.push(...(await projectPaths(root, `${path}/`)))
    else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path)
  }
  return paths
}

/**
 * The regular file at a path of a directory, or undefined where nothing is. Throws FILE_UNREADABLE for what is no regular file
 * or lies behind a link: elsewhere, or what git has no file for.
 */
export async function regularFile(root: string, path: string): Promise<Stats | undefined> {
  const steps = relative(root, below(root, path)).split(sep)
  let at = root
  for (const folder of steps.slice(0, -1)) {
    at = join(at, folder)
    const found = await lstat(at).catch(unlessMissing)
    if (found?.isSymbolicLink()) throw unreadable(path, "lies behind a symbolic link")
    if (!found?.isDirectory()) return undefined
  }
  const found = await lstat(join(at, steps.at(-1) ?? "")).catch(unlessMissing)
  if (!found || found.isFile()) return found
  if (found.isSymbolicLink()) throw unreadable(path, "is a symbolic link")
  throw unreadable(path, found.isDirectory() ? "is a folder" : "is no regular file")
}

/** A file's text byte for byte, or undefined where none is. Throws FILE_UNREADABLE; WORKSPACE_MOVED when it changes meanwhile. */
export async function exactText(root: string, path: string): Promise<string | undefined> {
  const file = below(root, path)
  const seen = await onDisk(`read ${path}`, async () => (await regularFile(root, path)) && look(file, path))
  if (!seen) return undefined
  if (seen.sizeBytes > maxBytes) throw unreadable(path, "is too large")
  const changed = () => new Problem("WORKSPACE_MOVED", `${path} changed while it was read`)
  const chunks: Uint8Array[] = []
  for await (const chunk of readFileRange(file, seen, { range: { offset: 0, length: seen.sizeBytes }, changed }))
    chunks.push(chunk)
  return decode(Buffer.concat(chunks), path)
}

function decode(bytes: Uint8Array, path: string): string {
  if (bytes.includes(0)) throw unreadable(path, "is not text")
  try {
    // `ignoreBOM` keeps a byte-order mark.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw unreadable(path, "is not UTF-8", error)
  }
}

function unreadable(path: string, reason: string, cause?: unknown): Problem {
  return new Problem("FILE_UNREADABLE", `${path} cannot be read: it ${reason}`, { cause })
}
