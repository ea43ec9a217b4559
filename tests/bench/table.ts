import { availableParallelism, loadavg } from "node:os"
import type { Judgement } from "./limits.ts"
import type { Measured } from "./measured.ts"
import type { Publishing } from "./publishing.ts"
import type { Races } from "./races.ts"

/** Prints what was measured, then what is promised. */
export function printTable(measured: Measured, judgements: readonly Judgement[]): void {
  const { races, publishings, events, history, versioning, startUp } = measured
  const row = (title: string, cell: (publishing: Publishing) => string) => columns(title, publishings.map(cell))
  const lines = [
    ...(races ? racesTable(races) : ["gh and python3 are not both installed: nobody to race against", ""]),
    row("through the inbox and the functions", ({ sizeBytes }) => `${sizeBytes / 1e6} MB`),
    row("memory of the functions' process, peak", ({ peakBytes }) => mebibytes(peakBytes)),
    row("  before the first event", ({ idleBytes }) => mebibytes(idleBytes)),
    row("  of a plain download with the SDK, peak", ({ download }) => mebibytes(download.peakBytes)),
    row("from the event to the complete release", ({ seconds }) => `${seconds.toFixed(1)} s`),
    row("from the draft to the public release", ({ sizeBytes, publishSeconds }) => speed(sizeBytes, publishSeconds)),
    row("plain download of the image with the SDK", ({ sizeBytes, download }) => speed(sizeBytes, download.seconds)),
    "",
    `${events.duplicates} duplicate events: ${events.secondsOfDuplicates.toFixed(1)} s`,
    `a batch dropped in anew: alone ${ms(events.secondsAlone)}, of ${events.batches} at once ${ms(events.secondsTogether)}`,
    ...[history.few, history.many].map(
      ({ releases, seconds, calls }) => `a release after ${releases} others: ${ms(seconds)}, ${calls} calls to GitHub`,
    ),
    `another version in ${versioning.points} of ${versioning.files} files: ${ms(versioning.seconds)}; by hand with git: ${ms(versioning.gitSeconds)}`,
    `import of the built app: ${startUp.importMs.toFixed(1)} ms; of an empty one: ${startUp.emptyMs.toFixed(1)} ms`,
    "",
    ...judgements.map(({ what, value, limit, holds }) =>
      [holds ? "holds " : "FAILS ", what.padEnd(44), value.toFixed(2).padStart(8), `  at most ${limit}`].join(""),
    ),
    "",
    `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
  ]
  console.log(lines.join("\n"))
}

function racesTable({ sizeBytes, rounds, publish, repeat, redated }: Races): string[] {
  const cells = (...seconds: (number | undefined)[]) => seconds.map((one) => (one === undefined ? "" : ms(one)))
  const head = `${sizeBytes / 1e6} MB from a directory, median of ${rounds}`
  return [
    columns(head, ["slipway", "gh release create", "the old way"]),
    columns("publish", cells(publish.slipway, publish.gh, publish.oldWay)),
    columns("repeat, nothing new", cells(repeat.slipway, undefined, repeat.oldWay)),
    columns("  in a process that runs already", cells(repeat.asFunction)),
    columns("repeat, the same bytes with new dates", cells(redated.slipway, undefined, redated.oldWay)),
    "",
  ]
}

function columns(title: string, cells: readonly string[]): string {
  return [title.padEnd(44), ...cells.map((cell) => cell.padStart(20))].join("").trimEnd()
}

function ms(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

function speed(bytes: number, seconds: number): string {
  return `${seconds.toFixed(1)} s, ${Math.round(bytes / 1e6 / seconds)} MB/s`
}
