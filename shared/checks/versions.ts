import { Problem } from "../problem.ts"
import { readVersion } from "../release/after-publishing.ts"
import { findPoint, type VersionPoint } from "../version/points.ts"
import { type Check, type Finding, fail, pass, thrown, warn } from "./check.ts"
import { quote } from "./endpoint.ts"

export const versions: Check = {
  id: "versions",
  title: "Every version point agrees with VERSION",
  timeoutMs: 30_000,
  tries: 2,
  async run(sight) {
    const { policy, versionPoints } = sight.world
    const { files } = await sight.workspace()
    const version = readVersion(files.get(policy.versionPath), policy.versionPath)
    return judgeVersions(version, versionPoints, files, policy.manifestPath)
  },
}

/**
 * Every point is there, once, and repeats the version; of those that may be absent, those that are there. Points of the manifest
 * follow when the release of VERSION is published: until then they only warn, and the check `manifest` judges the rest of it.
 */
export function judgeVersions(
  version: string,
  points: readonly VersionPoint[],
  files: ReadonlyMap<string, string>,
  manifestPath: string,
): Finding[] {
  const findings = points.flatMap((point) => judgePoint(version, point, files.get(point.file), manifestPath))
  if (findings.length > 0) return findings
  if (points.length === 0) return [pass(`VERSION names ${version}; no other version points are configured`)]
  const there = points.filter(({ file }) => files.has(file)).length
  const absent = points.length > there ? `, ${points.length - there} absent as they may be` : ""
  return [pass(`VERSION names ${version}; of ${points.length} version points ${there} agree with it${absent}`)]
}

function judgePoint(version: string, point: VersionPoint, text: string | undefined, manifestPath: string): Finding[] {
  const { file, optional } = point
  if (text === undefined) return optional ? [] : [fail("VERSION_POINT_UNMATCHED", `${file} is not in the workspace`)]
  try {
    const { value, line } = findPoint(text, point)
    if (value === version) return []
    const message = `${file}:${line} says ${quote(value)}, expected ${version}`
    if (file !== manifestPath) return [fail("VERSION_POINT_DIFFERS", message)]
    return [warn("VERSION_POINT_DIFFERS", message, `Release ${version}: the manifest follows when it is published.`)]
  } catch (error) {
    if (error instanceof Problem) return [thrown(error)]
    throw error
  }
}
