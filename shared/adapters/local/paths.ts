import { randomUUID } from "node:crypto"
import { realpath } from "node:fs/promises"
import { dirname, isAbsolute, join, normalize, sep } from "node:path"
import { Problem } from "../../problem.ts"

/** Of the names of files that are being written or deleted, and of locks; a listing leaves them out. */
export const temporaryPrefix = ".slipway-"

/** A name beside a file that no listing shows, to rename from or to. */
export function temporaryBeside(file: string): string {
  return join(dirname(file), `${temporaryPrefix}${randomUUID()}`)
}

export function isTemporary(name: string): boolean {
  return name.startsWith(temporaryPrefix)
}

/** Where a `/`-separated path lies below a directory. Throws REQUEST_INVALID for one that leads out of it. */
export function below(directory: string, path: string): string {
  const inside = normalize(path.split("/").join(sep))
  const leaves = isAbsolute(inside) || inside.split(sep)[0] === ".." || inside === "." || path.includes("\0")
  if (leaves) throw leadsOut(path)
  return join(directory, inside)
}

/** The same, once more, on the disk: a folder on the way may be a link to elsewhere. The file's folder must exist. */
export async function stayBelow(directory: string, file: string): Promise<void> {
  const [root, folder] = await Promise.all([realpath(directory), realpath(dirname(file))])
  if (folder !== root && !folder.startsWith(root + sep)) throw leadsOut(file.slice(directory.length + 1))
}

function leadsOut(path: string): Problem {
  return new Problem("REQUEST_INVALID", `${JSON.stringify(path)} is not a path below the directory`)
}
