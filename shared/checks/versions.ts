import { type Layout, type PointState, surveyPoints } from "../version/survey.ts"
import { readVersion } from "../version/version.ts"
import { type Check, type Finding, fail, pass, warn } from "./check.ts"

export const versions: Check = {
  id: "versions",
  title: "Every version point agrees with VERSION",
  timeoutMs: 30_000,
  tries: 2,
  async run(sight) {
    const { policy, versionPoints: points, manifestNow = false } = sight.world
    const { files } = await sight.everyPoint()
    const { versionPath, manifestPath } = policy
    const version = readVersion(files.get(versionPath), versionPath)
    return judgeVersions(version, { versionPath, manifestPath, points, manifestNow }, files)
  },
}

/**
 * Every point is there, once, and repeats the version; of those that may be absent, those that are there. Points of the manifest
 * follow when the release of VERSION is published: until then they only warn, and the check `manifest` judges the rest of it.
 */
export function judgeVersions(version: string, layout: Layout, files: ReadonlyMap<string, string>): Finding[] {
  const points = surveyPoints(version, layout, files).filter(({ file }) => file !== layout.versionPath)
  const findings = points.flatMap((point) => judgePoint(version, point))
  if (findings.length > 0) return findings
  if (points.length === 0) return [pass(`VERSION names ${version}; no other version points are configured`)]
  const there = points.filter(({ state }) => state === "agrees").length
  const absent = points.length > there ? `, ${points.length - there} absent as they may be` : ""
  return [pass(`VERSION names ${version}; of ${points.length} version points ${there} agree with it${absent}`)]
}

function judgePoint(version: string, { state, file, line, value, problem }: PointState): Finding[] {
  if (problem) return [fail(problem.code, problem.message, problem.remedy)]
  if (state !== "follows") return []
  const message = `${file}:${line} says ${JSON.stringify(value)}, expected ${version}`
  return [warn("VERSION_POINT_DIFFERS", message, `Release ${version}: the manifest follows when it is published.`)]
}
