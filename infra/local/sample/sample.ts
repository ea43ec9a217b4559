import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { writeDmg } from "./dmg.ts"
import { pick } from "./noise.ts"
import { writePkg } from "./pkg.ts"

export { writeDmg } from "./dmg.ts"

/** What the sample is made from. The same answers give the same bytes; another version gives others. */
export interface SampleOptions {
  /** Where the three files are written; made when it is missing. */
  directory: string
  version: string
  product?: string
  /** The files to make; without them `<product>.dmg`, `<product>.pkg` and `LATEST_CHANGES.md`. */
  artifacts?: readonly { name: string; kind: "dmg" | "pkg" | "notes" }[]
  seed?: string
  /** Bytes of the image, exactly, and of the package's payload. Without them they differ a little from version to version. */
  sizes?: { dmg?: number; pkg?: number }
}

/** Writes a small product: a disk image of about 3 MB, a package of about 1 MB, release notes. Answers their paths. */
export async function makeSample(options: SampleOptions): Promise<{ files: string[] }> {
  const { directory, version, product = "Nexy", sizes = {} } = options
  const seed = `${options.seed ?? "sample"} ${product} ${version}`
  // Two builds hardly ever have the same size, and one that has is looked at twice by the product.
  const extraBytes = pick(seed, 64 * 1024)
  const artifacts = options.artifacts ?? [
    { name: `${product}.dmg`, kind: "dmg" },
    { name: `${product}.pkg`, kind: "pkg" },
    { name: "LATEST_CHANGES.md", kind: "notes" },
  ]
  const write = {
    dmg: (path: string) => writeDmg(path, { sizeBytes: sizes.dmg ?? 3_000_000 + extraBytes, seed: `${seed} dmg` }),
    pkg: (path: string) =>
      writePkg(path, { payloadBytes: sizes.pkg ?? 1_000_000 + extraBytes, seed: `${seed} pkg`, product, version }),
    notes: (path: string) => writeFile(path, notesOf(product, version)),
  }
  await mkdir(directory, { recursive: true })
  await Promise.all(artifacts.map(({ name, kind }) => write[kind](join(directory, name))))
  return { files: artifacts.map(({ name }) => join(directory, name)) }
}

function notesOf(product: string, version: string): string {
  return `# ${product} ${version}

- Starts faster, also on the first day of the month.
- The menu bar icon keeps its place after sleep.
- “Straße”, “naïve” and 日本語 are spelled right in the log.
`
}
