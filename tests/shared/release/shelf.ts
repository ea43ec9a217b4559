import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import type { ManifestPlace } from "../../../shared/ports/manifest-place.ts"
import { Problem, type ProblemCode } from "../../../shared/problem.ts"
import { digestOf } from "../../../shared/release/digest.ts"

/** A place for the manifest in a file of this machine, which may be off. */
export function shelf(path: string) {
  const place = {
    name: `${path} on vm`,
    /** What it says instead of doing it. */
    off: undefined as ProblemCode | undefined,
    /** Called when nobody else can write there any more. */
    held: async () => {},
    /** How often something was written. */
    writes: 0,
    text: () => readFile(path, "utf8").catch(() => undefined),
    /** What somebody else puts there. */
    overwrite: (text: string) => writeFile(path, text),
    async put(text, confirm) {
      if (place.off) throw new Problem(place.off, "the VM says no")
      await place.held()
      await confirm()
      const digest = digestOf(text)
      if ((await place.text()) === text) return { digest, written: false }
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
      place.writes++
      return { digest, written: true }
    },
  } satisfies ManifestPlace & Record<string, unknown>
  return place
}
