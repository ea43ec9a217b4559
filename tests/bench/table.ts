import { availableParallelism, loadavg } from "node:os"
import type { Judgement } from "./limits.ts"
import type { Publishing } from "./publishing.ts"
import type { StartUp } from "./start-up.ts"
import type { Versioning } from "./versioning.ts"

/** Prints what was measured, then what is promised. */
export function printTable(
  publishings: readonly Publishing[],
  { files, points, seconds, gitSeconds }: Versioning,
  { importMs, emptyMs }: StartUp,
  judgements: readonly Judgement[],
): void {
  const row = (title: string, cell: (publishing: Publishing) => string) =>
    [title.padEnd(44), ...publishings.map((publishing) => cell(publishing).padStart(20))].join("")
  const lines = [
    row("", ({ sizeBytes }) => `${sizeBytes / 1e6} MB`),
    row("memory of the functions' process, peak", ({ peakBytes }) => mebibytes(peakBytes)),
    row("  before the first event", ({ idleBytes }) => mebibytes(idleBytes)),
    row("  of a plain download with the SDK, peak", ({ download }) => mebibytes(download.peakBytes)),
    row("from the event to the complete release", ({ seconds }) => `${seconds.toFixed(1)} s`),
    row("from the draft to the public release", ({ sizeBytes, publishSeconds }) => speed(sizeBytes, publishSeconds)),
    row("plain download of the image with the SDK", ({ sizeBytes, download }) => speed(sizeBytes, download.seconds)),
    row("publish / plain download", ({ publishSeconds, download }) => (publishSeconds / download.seconds).toFixed(2)),
    row("second event: calls, writes to GitHub, blobs", ({ again }) =>
      [again.githubCalls, again.githubWrites, again.blobWrites].join(", "),
    ),
    `another version in ${points} of ${files} files: ${seconds.toFixed(2)} s; by hand with git: ${gitSeconds.toFixed(2)} s`,
    `import of the built app: ${importMs.toFixed(1)} ms; of an empty one: ${emptyMs.toFixed(1)} ms`,
    "",
    ...judgements.map(({ what, value, limit, holds }) =>
      [holds ? "holds " : "FAILS ", what.padEnd(44), value.toFixed(1).padStart(8), `  at most ${limit}`].join(""),
    ),
    "",
    `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
  ]
  console.log(lines.join("\n"))
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

function speed(bytes: number, seconds: number): string {
  return `${seconds.toFixed(1)} s, ${Math.round(bytes / 1e6 / seconds)} MB/s`
}
