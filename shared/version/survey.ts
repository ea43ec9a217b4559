import { isPattern, matching } from "../ports/path-pattern.ts"
import { asProblem, Problem, type ProblemSummary } from "../problem.ts"
import { type FoundPoint, findPoint, type VersionPoint } from "./points.ts"
import { compareVersions, isComparable } from "./version.ts"

/** Where the version stands in a workspace, as configured. */
export interface Layout {
  /** The file that is the one source; the first of all points. */
  versionPath: string
  manifestPath: string
  /** Their files may be patterns, see `isPattern`. */
  points: readonly VersionPoint[]
  /** Whether the manifest changes together with VERSION, instead of when the release is published. */
  manifestNow: boolean
}

/** A version point in a file that is there, with the version that stands in it. */
export interface Place extends FoundPoint {
  point: VersionPoint
}

/** How a version point stands. */
export interface PointState {
  /** The file itself where the point is a pattern and something matches it. */
  file: string
  format: VersionPoint["format"]
  path?: string
  /** Counted from 1. */
  line?: number
  value?: string
  /** `follows`: the manifest's own, still older, until the release is published. `absent`: as it may be. */
  state: "agrees" | "differs" | "follows" | "absent" | "unmatched"
  /** Of what differs or is unmatched. */
  problem?: ProblemSummary
}

/** The files to read for every point; some may be patterns. */
export function pathsOf({ versionPath, points }: Layout): string[] {
  return [...new Set([versionPath, ...points.map(({ file }) => file)])]
}

/** How all points stand against a version, VERSION itself first. `files` are the texts by path, as a Workspace reads them. */
export function surveyPoints(version: string, layout: Layout, files: ReadonlyMap<string, string>): PointState[] {
  return pointsIn(layout, files).map((point) => {
    const { file, format, path } = point
    const named = { file, format, ...(path !== undefined && { path }) }
    try {
      const place = placeOf(point, files)
      if (!place) return { ...named, state: "absent" }
      const { line, value } = place
      return { ...named, line, value, ...judge(place, version, layout) }
    } catch (error) {
      return { ...named, state: "unmatched", problem: asProblem(error).summary() }
    }
  })
}

/** Every point with the file it really is in: as many as match its pattern, the pattern itself where nothing does. */
export function pointsIn({ versionPath, points }: Layout, files: ReadonlyMap<string, string>): VersionPoint[] {
  const whole: VersionPoint = { file: versionPath, format: "text", optional: false }
  const all = points.flatMap((point) => {
    const there = isPattern(point.file) ? matching(point.file, files.keys()) : []
    return there.length > 0 ? there.map((file) => ({ ...point, file })) : [point]
  })
  // Two patterns may mean the same file.
  return [...new Map([whole, ...all].map((point) => [JSON.stringify(keyOf(point)), point])).values()]
}

const keyOf = ({ file, format, path = "" }: VersionPoint) => [file, format, path]

/** The place of a point; undefined where its file may be absent, and is. Throws VERSION_POINT_UNMATCHED. */
export function placeOf(point: VersionPoint, files: ReadonlyMap<string, string>): Place | undefined {
  const { file, optional } = point
  const text = files.get(file)
  if (text === undefined) {
    if (optional) return undefined
    const what = isPattern(file) ? `no file of the workspace matches ${file}` : `${file} is not in the workspace`
    throw new Problem("VERSION_POINT_UNMATCHED", what)
  }
  const found = findPoint(text, point)
  if (!isComparable(found.value)) {
    const what = `${file}:${found.line} says ${quote(found.value)}, expected a version like 1.6.1.44`
    throw new Problem("VERSION_POINT_UNMATCHED", what)
  }
  return { ...found, point }
}

function judge(place: Place, version: string, layout: Layout): Pick<PointState, "state" | "problem"> {
  const { point, value, line } = place
  if (value === version) return { state: "agrees" }
  if (followsRelease(point, layout)) {
    if (compareVersions(value, version) < 0) return { state: "follows" }
    return { state: "differs", problem: ahead(place, version).summary() }
  }
  const remedy = `Run \`slipway version ${version}\`: it makes every version point say so.`
  const message = `${point.file}:${line} says ${quote(value)}, expected ${version}`
  return { state: "differs", problem: new Problem("VERSION_POINT_DIFFERS", message, { remedy }).summary() }
}

/** Whether a point changes only with the release: a manifest that names a version without its file makes clients loop. */
export function followsRelease({ file }: VersionPoint, { manifestPath, manifestNow }: Layout): boolean {
  return file === manifestPath && !manifestNow
}

function ahead({ point, value, line }: Place, version: string): Problem {
  const message = `${point.file}:${line} says ${quote(value)}, and VERSION is not there yet: ${version}`
  const remedy = "Clients see what the manifest says. Set VERSION to a version newer than it, and release that."
  return new Problem("VERSION_POINT_DIFFERS", message, { remedy })
}

const LENGTH = 80

function quote(value: string): string {
  return JSON.stringify(value.length > LENGTH ? `${value.slice(0, LENGTH)}…` : value)
}
