import { asProblem } from "../../../shared/problem.ts"
import { changePoints } from "../../../shared/version/change.ts"
import type { VersionPoint } from "../../../shared/version/points.ts"
import type { Layout } from "../../../shared/version/survey.ts"
import type { Format } from "./find.ts"
import type { Texts } from "./workspace-of.ts"

/** Where a version stands: a file, its format, and a path in it. */
export type Pointed = readonly [file: string, format: Format, path?: string]

/** Where the version stands; a file that ends with `?` may be absent. */
export function layoutOf(points: readonly Pointed[], more: Partial<Layout> = {}): Layout {
  const all = points.map(([file, format, path]): VersionPoint => {
    const optional = file.endsWith("?")
    return { file: optional ? file.slice(0, -1) : file, format, path, optional }
  })
  return { versionPath: "VERSION", manifestPath: "manifest.json", points: all, manifestNow: false, ...more }
}

export const filesOf = (texts: Texts) => new Map(Object.entries({ VERSION: "1.6.1.43\n", ...texts }))

/** What changes for 1.6.1.44 but VERSION, or why nothing does: the one message. */
export function change(texts: Texts, layout: Layout): Texts | string {
  try {
    const { VERSION, ...others } = Object.fromEntries(changePoints("1.6.1.44", layout, filesOf(texts)))
    return VERSION === "1.6.1.44\n" ? others : `VERSION became ${VERSION}`
  } catch (error) {
    const { code, message } = asProblem(error)
    return code === "VERSION_POINT_UNMATCHED" ? message : `${code}: ${message}`
  }
}
