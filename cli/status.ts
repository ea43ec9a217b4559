import type { ReleaseRecord, Stray } from "../shared/app.ts"
import { ask, findApp } from "./find-app.ts"
import { EXIT, plain, print, problemLines } from "./output.ts"

interface StatusOptions {
  json?: boolean
  state: string
}

/** `slipway status [tag]`: every record in a line, or one with its timeline. */
export async function status(tag: string | undefined, options: StatusOptions): Promise<void> {
  const app = await findApp(options.state)
  if (tag) {
    const record = await ask<ReleaseRecord>(app, `releases/${encodeURIComponent(tag)}`)
    print(options.json, record, recordLines(record))
    process.exitCode = exitOf([record])
    return
  }
  const { releases, strays } = await ask<{ releases: ReleaseRecord[]; strays: Stray[] }>(app, "releases")
  const lines = releases.length > 0 ? releases.map(summary) : ["nothing released yet"]
  print(options.json, { releases, strays }, [
    ...lines,
    ...strays.map(({ path, problem }) => plain(`left alone: ${path} (${problem.message}). ${problem.remedy}`)),
  ])
  process.exitCode = exitOf(releases)
}

/** One record in one line: what it is, and what it waits for or lacks. */
export function summary({ tag, phase, waitingFor, problem, timeline }: ReleaseRecord): string {
  const since = timeline.at(-1)?.at ?? ""
  const why = problem ? `${problem.code}: ${problem.message}` : waitingFor ? `waits for ${waitingFor.join(", ")}` : ""
  return [tag.padEnd(16), phase.padEnd(11), since.padEnd(25), why].join(" ").trimEnd()
}

/** A record in full: its files, its timeline, and what to do where it is stuck. */
export function recordLines(record: ReleaseRecord): string[] {
  return [
    summary(record),
    ...record.artifacts.map(({ name, size, digest }) => `  ${name.padEnd(24)} ${size} bytes ${digest ?? ""}`.trimEnd()),
    ...record.timeline.map(timelineLine),
    ...(record.problem ? problemLines(record.problem) : []),
  ]
}

/** What a record that is neither released nor blocked is at. */
function stillLine({ tag, phase, waitingFor }: ReleaseRecord): string {
  return waitingFor ? `${tag} waits for ${waitingFor.join(", ")}` : `${tag} is still ${phase}; slipway status shows it`
}

/** Why a record is not complete, and what to do. What is public already, and only not on the update server, is told to be so. */
export function openLines(record: ReleaseRecord): string[] {
  const { tag, problem, waitingFor, release } = record
  if (!problem) return [stillLine(record)]
  const missing = waitingFor && `${tag} is public, and still to come is ${waitingFor.join(", ")}: ${release?.url}`
  return [...(missing ? [missing] : []), ...problemLines(problem)]
}

/** `10:02:11 uploaded name=Nexy.dmg`. */
export function timelineLine({ at, event, ...details }: ReleaseRecord["timeline"][number]): string {
  const told = Object.entries(details).map(([key, value]) => `${key}=${value}`)
  return [`  ${at}`, event, ...told].join(" ")
}

function exitOf(records: readonly ReleaseRecord[]): number {
  return records.some(({ phase }) => phase === "blocked" || phase === "failed") ? EXIT.blocked : EXIT.good
}
