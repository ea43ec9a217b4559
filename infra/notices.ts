import { glob, readFile } from "node:fs/promises"
import { join } from "node:path"

/** A package whose code is in the bundle. */
export interface BundledPackage {
  name: string
  version: string
  /** As its package.json says, an SPDX expression. */
  license: string
  /** The texts of its license and notice files. */
  texts: string[]
}

/** The packages that sources come from, by the sources' paths below `root`. */
export async function packagesOf(sources: readonly string[], root: string): Promise<BundledPackage[]> {
  const folders = sources.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? [])
  const packages = await Promise.all([...new Set(folders)].map((folder) => packageIn(join(root, folder))))
  return packages.toSorted((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
}

/** What most licenses ask for: their text and their copyright, told along with the code. */
export function noticesText(packages: readonly BundledPackage[]): string {
  const notices = packages.map(({ name, version, license, texts }) =>
    [`${name} ${version} (${license})`, ...(texts.length > 0 ? texts.map((text) => text.trim()) : [NO_TEXT])].join(
      "\n\n",
    ),
  )
  return `Slipway is deployed with the code of these packages.\n\n${notices.join(`\n\n${"-".repeat(80)}\n\n`)}\n`
}

const NO_TEXT = "The package comes without the text of its license."

async function packageIn(folder: string): Promise<BundledPackage> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"))
  const files = (await Array.fromAsync(glob("{LICEN[CS]E,NOTICE,license,licence}*", { cwd: folder }))).toSorted()
  return { name, version, license, texts: await Promise.all(files.map((file) => readFile(join(folder, file), "utf8"))) }
}
