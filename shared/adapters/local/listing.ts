import { lstat, readdir } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import type { InboxFile } from "../../ports/inbox.ts"
import { unlessMissing } from "./disk.ts"
import { isTemporary } from "./paths.ts"

/** The `/`-separated paths of the regular files below a directory's folder, sorted. Links are neither followed nor listed. */
export async function pathsBelow(directory: string, folder = directory): Promise<string[]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(unlessMissing)) ?? []
  return entries
    .filter((entry) => entry.isFile() && !isTemporary(entry.name))
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)).split(sep).join("/"))
    .sort()
}

/**
 * A regular file as it is now, listed under `path`, or undefined. Its ETag is what the file system knows of it: size,
 * time in nanoseconds, and identity.
 */
export async function look(file: string, path: string): Promise<InboxFile | undefined> {
  const stat = await lstat(file, { bigint: true }).catch(unlessMissing)
  if (!stat?.isFile()) return undefined
  return {
    path,
    sizeBytes: Number(stat.size),
    etag: `${stat.size}-${stat.mtimeNs}-${stat.ino}`,
    modifiedAt: stat.mtime,
  }
}
