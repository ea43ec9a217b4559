import type { Digest } from "../ports/releases.ts"
import { hexOf } from "./digest.ts"

/** The file every release carries beside its artifacts; `sha256sum --check SHA256SUMS` reads it. */
export const SUMS_NAME = "SHA256SUMS"

/** One line per file, `<hex>  <name>`, sorted by name. */
export function sumsText(files: readonly { name: string; digest: Digest }[]): string {
  return files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, digest }) => `${hexOf(digest)}  ${name}\n`)
    .join("")
}
