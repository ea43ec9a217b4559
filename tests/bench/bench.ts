/** The numbers that are promised: memory while publishing, the cost of an event too many, the time of the first try. */
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { buildParts } from "./build.ts"
import { judge } from "./limits.ts"
import { runToEnd } from "./part.ts"
import { measurePublishing, type Publishing } from "./publishing.ts"
import { measureStartUp } from "./start-up.ts"
import { printTable } from "./table.ts"
import { measureVersioning } from "./versioning.ts"

/** All of it, on two cores that have other work as well. */
const deadlineMs = 230_000

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, sizes: { type: "string", default: "276000000,2000000000" } },
})
const interrupted = new AbortController()
for (const name of ["SIGINT", "SIGTERM"]) once(process, name).then(() => interrupted.abort(new Error(name)))
const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(deadlineMs)])
const directory = await mkdtemp(join(tmpdir(), "slipway-bench-"))
try {
  const start = join(import.meta.dirname, "../../infra/local/start.ts")
  const onceSeconds = await runToEnd(start, ["--once", "--state", join(directory, "once"), "--port", "0"], signal)
  const built = await buildParts(join(directory, "app"))
  const publishings: Publishing[] = []
  for (const size of values.sizes.split(",")) {
    const place = join(directory, size)
    publishings.push(await measurePublishing(Number(size), { directory: place, built, signal }))
    await rm(place, { recursive: true })
  }
  const versioning = await measureVersioning(join(directory, "versioning"))
  const startUp = await measureStartUp(join(directory, "start-up"), signal)
  const judgements = judge(publishings, versioning, startUp, onceSeconds)
  if (values.json) console.log(JSON.stringify({ onceSeconds, publishings, versioning, startUp, judgements }, null, 2))
  else printTable(publishings, versioning, startUp, judgements)
  if (judgements.some(({ holds }) => !holds)) process.exitCode = 1
} catch (error) {
  // What fails because everything was stopped says nothing.
  console.error(signal.aborted ? signal.reason : error)
  process.exitCode = 1
} finally {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
process.exit()
