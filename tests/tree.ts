import { createHash } from "node:crypto"
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"

export const digestOfBytes = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`

/** The files below a folder, by path, each as the digest of its bytes. */
export async function digests(folder: string): Promise<Record<string, string>> {
  const paths = await filesBelow(folder)
  const entries = paths.map(async (path) => [path, await digestOfFile(join(folder, path))] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** A file with a great hole in it is told by its size: to read it takes seconds. */
async function digestOfFile(path: string): Promise<string> {
  const { size } = await stat(path)
  return size < 2 ** 30 ? digestOfBytes(await readFile(path)) : `${size} bytes`
}

/** The files below a folder as text. */
export async function texts(folder: string): Promise<Record<string, string>> {
  const paths = await filesBelow(folder)
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), "utf8")])),
  )
}

/** The paths of all files below a folder, sorted, from `root` on. */
export async function filesBelow(folder: string, root = folder): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .sort()
}
