import { type PointState, Problem, type Survey, unifiedDiff, type VersionChange, versionDesk } from "../shared/app.ts"
import { findApp } from "./find-app.ts"
import { colors, EXIT, fail, plain, print } from "./output.ts"

interface VersionOptions {
  json?: boolean
  check?: boolean
  dryRun?: boolean
  force?: boolean
  directory?: string
  state: string
}

/** `slipway version`: shows every version point, or changes them all at once. Exit 2 on drift with --check. */
export async function version(wanted: string | undefined, options: VersionOptions): Promise<void> {
  const { check, dryRun = false, force = false, directory, json } = options
  if (wanted === undefined ? dryRun || force : check) return misused(wanted, json)
  // A checkout needs nobody: neither credentials nor the app.
  const app = directory === undefined ? await findApp(options.state).catch(() => undefined) : undefined
  const desk = await versionDesk(app?.settings ?? {}, directory)
  if (wanted === undefined) {
    const survey = await desk.survey()
    print(json, { workspace: desk.workspace, ...survey }, surveyLines(desk.workspace, survey))
    process.exitCode = check && survey.drift ? EXIT.blocked : EXIT.good
    return
  }
  const change = await desk.set({ version: wanted, force, dryRun })
  const diff = await unifiedDiff(change.files)
  const { from, version } = change
  const files = change.files.map(({ file }) => file)
  // What stands for a commit of a checkout is none of git's.
  const commit = directory === undefined && change.commit !== undefined ? { commit: change.commit } : {}
  const told = { workspace: desk.workspace, from, version, files, dryRun, ...commit, diff }
  print(json, told, [...diffLines(diff), changeLine(desk.workspace, change, options)])
}

function misused(wanted: string | undefined, json: boolean | undefined): void {
  const message = wanted === undefined ? "--dry-run and --force need a version" : "--check takes no version"
  fail(new Problem("REQUEST_INVALID", message, { remedy: "slipway version --help shows the ways to use it." }), json)
  process.exitCode = EXIT.usage
}

const MARKS = {
  agrees: colors.green("OK    "),
  differs: colors.red("DRIFT "),
  unmatched: colors.red("FAIL  "),
  follows: colors.yellow("LATER "),
  absent: colors.dim("ABSENT"),
} as const

/** Every point in a line of a table; what is wrong with what to do under it. */
function surveyLines(workspace: string, { version, points, drift }: Survey): string[] {
  const places = points.map(({ file, line }) => plain(line === undefined ? file : `${file}:${line}`))
  const width = Math.max(...places.map(({ length }) => length))
  const values = points.map(({ value = "" }) => plain(value))
  const valueWidth = Math.max(...values.map(({ length }) => length))
  const rows = points.flatMap((point, index) => {
    const cells = [MARKS[point.state], (places[index] ?? "").padEnd(width), (values[index] ?? "").padEnd(valueWidth)]
    const row = [...cells, plain(point.path ?? "(the whole file)")].join("  ").trimEnd()
    return [row, ...because(point).map((line) => `        ${line}`)]
  })
  const bad = points.filter(({ state }) => state === "differs" || state === "unmatched").length
  const counted = bad === 1 ? "1 version point" : `${bad} version points`
  const later = points.some(({ state }) => state === "follows") ? "; the manifest follows with its release" : ""
  const verdict = drift
    ? `${colors.red("Drift:")} ${counted} of ${workspace} disagree with VERSION, ${version}`
    : `${colors.green("Good:")} ${workspace} says ${version} everywhere${later}`
  return [...rows, verdict]
}

function because({ problem }: PointState): string[] {
  if (!problem) return []
  return [`${problem.code}: ${plain(problem.message)}`, `${colors.bold("What to do:")} ${plain(problem.remedy)}`]
}

function diffLines(diff: string): string[] {
  return diff.split("\n").slice(0, -1).map(colored)
}

function colored(line: string): string {
  const shown = plain(line.replaceAll("\t", "    "))
  if (/^(?:---|\+\+\+) /.test(line)) return colors.bold(shown)
  if (line.startsWith("@@")) return colors.cyan(shown)
  if (line.startsWith("+")) return colors.green(shown)
  if (line.startsWith("-")) return colors.red(shown)
  return shown
}

function changeLine(
  workspace: string,
  { from, version, files, commit }: VersionChange,
  { dryRun, directory }: VersionOptions,
): string {
  if (files.length === 0) return `${workspace} says ${version} everywhere already: nothing to do`
  const what = `${from} → ${version} in ${files.length === 1 ? "1 file" : `${files.length} files`} of ${workspace}`
  if (dryRun) return `${what} (a dry run: nothing was changed)`
  return directory === undefined ? `${what}, commit ${commit}` : `${what} (written, and left to you to commit)`
}
