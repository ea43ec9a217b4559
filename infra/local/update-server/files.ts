import { readFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"

/** What the server finds on its VM. A file that cannot be read is as good as an empty one; one that is absent is undefined. */
export interface VmFiles {
  manifest: Buffer | undefined
  beta: Buffer | undefined
  version: Buffer | undefined
  /** Where they lie, as the server names it: relative to the folder it runs in. */
  manifestsFolder: string
  downloadsFolder: string
}

/** Reads the files as they are now. */
export async function readFiles(manifest: string, versionFile: string): Promise<VmFiles> {
  const folder = dirname(manifest)
  const named = (path: string) => relative(dirname(versionFile), path)
  const [main, beta, version] = await Promise.all([
    read(manifest),
    read(join(folder, "manifest_beta.json")),
    read(versionFile),
  ])
  const manifestsFolder = named(folder)
  return { manifest: main, beta, version, manifestsFolder, downloadsFolder: named(join(folder, "..", "downloads")) }
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : Buffer.alloc(0)
  }
}
