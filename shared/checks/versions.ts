import { Problem } from "../problem.ts"
import { readVersion } from "../release/after-publishing.ts"
import { findPoint, type VersionPoint } from "../version/points.ts"
import { type Check, type Finding, fail, pass, thrown } from "./check.ts"

export const versions: Check = {
  id: "versions",
  title: "Every version point agrees with VERSION",
  timeoutMs: 30_000,
  tries: 2,
  async run(sight) {
    const { policy, versionPoints } = sight.world
    const { files } = await sight.workspace()
    const version = readVersion(files.get(policy.versionPath), policy.versionPath)
    return judgeVersions(version, versionPoints, files)
  },
}

/** Every point is there, once, and repeats the version. */
export function judgeVersions(
  version: string,
  points: readonly VersionPoint[],
  files: ReadonlyMap<string, string>,
): Finding[] {
  const findings = points.flatMap((point) => judgePoint(version, point, files.get(point.file)))
  if (findings.length > 0) return findings
  const others =
    points.length === 0 ? "no other version points are configured" : `${points.length} points agree with it`
  return [pass(`VERSION names ${version}; ${others}`)]
}

function judgePoint(version: string, point: VersionPoint, text: string | undefined): Finding[] {
  const { file, optional } = point
  if (text === undefined) return optional ? [] : [fail("VERSION_POINT_UNMATCHED", `${file} is not in the workspace`)]
  try {
    const { value, line } = findPoint(text, point)
    if (value === version) return []
    return [fail("VERSION_POINT_DIFFERS", `${file}:${line} says ${JSON.stringify(value)}, expected ${version}`)]
  } catch (error) {
    if (error instanceof Problem) return [thrown(error)]
    throw error
  }
}
