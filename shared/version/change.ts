import { asProblem, Problem } from "../problem.ts"
import { rewrite } from "./rewrite.ts"
import { followsRelease, type Layout, type Place, placeOf, pointsIn } from "./survey.ts"
import { compareVersions } from "./version.ts"

/** How many faults are told in full. */
const FAULTS = 10

/** Clients never go back, so neither does VERSION unless somebody insists. The same again is no step back. Throws VERSION_NOT_NEWER. */
export function mustBeNewer(to: string, from: string, force: boolean): void {
  if (force || compareVersions(to, from) >= 0) return
  const remedy = "Choose a newer version. If it shall be older: `slipway version X.Y.Z.W --force`, or PUT with force."
  throw new Problem("VERSION_NOT_NEWER", `${to} is older than VERSION, ${from}`, { remedy })
}

/**
 * The new texts, by path, of the files in which a version point is to be changed; every character outside of the values is as it
 * was. `files` are the texts as a Workspace reads them. Throws one VERSION_POINT_UNMATCHED with all that is wrong, of every file.
 */
export function changePoints(version: string, layout: Layout, files: ReadonlyMap<string, string>): Map<string, string> {
  const faults: Problem[] = []
  const places = Map.groupBy(
    attempt(pointsIn(layout, files), faults, (point) => placeOf(point, files)),
    fileOf,
  )
  const changed = attempt([...places], faults, ([file, all]): [string, string] | undefined => {
    const before = files.get(file) ?? ""
    const due = all.filter(({ point }) => !followsRelease(point, layout))
    const after = rewrite(before, due, version)
    return after === before ? undefined : [file, after]
  })
  if (faults.length > 0) throw allOf(faults)
  return new Map(changed)
}

const fileOf = ({ point }: Place) => point.file

/** The results of what succeeds; what fails with VERSION_POINT_UNMATCHED is kept among the faults. */
function attempt<T, R>(all: readonly T[], faults: Problem[], work: (each: T) => R | undefined): R[] {
  return all.flatMap((each) => {
    try {
      const result = work(each)
      return result === undefined ? [] : [result]
    } catch (error) {
      const problem = asProblem(error)
      if (problem.code !== "VERSION_POINT_UNMATCHED") throw error
      faults.push(problem)
      return []
    }
  })
}

/** All faults in one. A file that is damaged is at fault for each of its points, and told once. */
function allOf(faults: readonly Problem[]): Problem {
  const [first] = faults
  const told = [...new Set(faults.map(({ message }) => message))]
  if (first && told.length === 1) return first
  const more = told.length > FAULTS ? `; and ${told.length - FAULTS} more` : ""
  const message = `${faults.length} version points cannot be changed: ${told.slice(0, FAULTS).join("; ")}${more}`
  const remedy = [...new Set(faults.map((fault) => fault.remedy))].join(" ")
  return new Problem("VERSION_POINT_UNMATCHED", message, { remedy })
}
