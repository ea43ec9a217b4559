import type { Workspace } from "../ports/workspace.ts"
import { asProblem } from "../problem.ts"
import { changePoints, mustBeNewer } from "./change.ts"
import { type Layout, type PointState, pathsOf, surveyPoints } from "./survey.ts"
import { readVersion, validVersion } from "./version.ts"

/** How often the branch may move while a change is made; each time it is made anew from what is there. */
const TRIES = 6

/** A version that somebody wants. */
export interface AskedVersion {
  version: string
  /** It may be older. */
  force: boolean
  /** Only show what would change. */
  dryRun: boolean
}

/** What has changed, or would. */
export interface VersionChange {
  /** What VERSION said before. */
  from: string
  version: string
  /** Files in which nothing but the version is another; none when all say it already. */
  files: { file: string; before: string; after: string }[]
  /** Absent of a dry run, and where nothing was to be changed. */
  commit?: string
}

/** How all points stand. */
export interface Survey {
  version: string
  points: PointState[]
  /** Whether a point says something else, or cannot be read: `absent` and `follows` are no drift. */
  drift: boolean
}

/** Reads every point. Throws VERSION_UNREADABLE, and what `Workspace.read` throws. */
export async function survey(workspace: Workspace, layout: Layout): Promise<Survey> {
  const { files } = await workspace.read(pathsOf(layout))
  const version = readVersion(files.get(layout.versionPath), layout.versionPath)
  const points = surveyPoints(version, layout, files)
  return { version, points, drift: points.some(({ state }) => state === "differs" || state === "unmatched") }
}

/**
 * Changes VERSION and every point in one commit, or nothing. When the branch moves in between, all is read and decided again.
 * Throws VERSION_INVALID, VERSION_UNREADABLE, VERSION_NOT_NEWER, VERSION_POINT_UNMATCHED, WORKSPACE_MOVED, WORKSPACE_REFUSED
 * and what `Workspace.read` throws.
 */
export async function setVersion(
  { version: wanted, force, dryRun }: AskedVersion,
  workspace: Workspace,
  layout: Layout,
  by: string,
): Promise<VersionChange> {
  const version = validVersion(wanted)
  for (let left = TRIES; ; left--) {
    const { head, files: texts } = await workspace.read(pathsOf(layout))
    const from = readVersion(texts.get(layout.versionPath), layout.versionPath)
    mustBeNewer(version, from, force)
    const changed = changePoints(version, layout, texts)
    const files = [...changed].map(([file, after]) => ({ file, before: texts.get(file) ?? "", after }))
    if (dryRun || files.length === 0) return { from, version, files }
    try {
      const commit = await workspace.commit({ head, message: messageOf(from, version, by), files: changed })
      return { from, version, files, commit }
    } catch (error) {
      if (asProblem(error).code !== "WORKSPACE_MOVED" || left === 1) throw error
    }
  }
}

function messageOf(from: string, version: string, by: string): string {
  const what = from === version ? `Every version point says ${version} again` : `From ${from}`
  return `version: ${version}\n\n${what}, by ${by}.`
}
