/** The numbers that are promised: how fast it publishes beside its peers, the memory of it, the cost of an event too many. */
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { buildParts } from "./build.ts"
import { measureEvents } from "./events.ts"
import { measureHistory } from "./history.ts"
import { judge } from "./limits.ts"
import { runToEnd } from "./part.ts"
import { measurePublishing, type Publishing } from "./publishing.ts"
import { measureRaces } from "./races.ts"
import { measureStartUp } from "./start-up.ts"
import { printTable } from "./table.ts"
import { measureVersioning } from "./versioning.ts"

/** All of it, on two cores that have other work as well. */
const deadlineMs = 600_000

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, sizes: { type: "string", default: "276000000,2000000000" } },
})
const interrupted = new AbortController()
for (const name of ["SIGINT", "SIGTERM"]) once(process, name).then(() => interrupted.abort(new Error(name)))
const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(deadlineMs)])
const directory = await mkdtemp(join(tmpdir(), "slipway-bench-"))
try {
  const start = join(import.meta.dirname, "../../infra/local/start.ts")
  const onceSeconds = await runToEnd(
    process.execPath,
    [start, "--once", "--state", join(directory, "once"), "--port", "0"],
    { signal },
  )
  const built = await buildParts(join(directory, "app"))
  const sizes = values.sizes.split(",").map(Number)
  const at = (name: string) => ({ directory: join(directory, name), built, signal })
  const races = await measureRaces(Math.min(...sizes), at("races"))
  const publishings: Publishing[] = []
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const place = at(String(size))
    publishings.push(await measurePublishing(size, place))
    await rm(place.directory, { recursive: true })
  }
  const measured = {
    races,
    publishings,
    events: await measureEvents(at("events")),
    history: await measureHistory(join(directory, "history")),
    versioning: await measureVersioning(join(directory, "versioning")),
    startUp: await measureStartUp(join(directory, "start-up"), signal),
    onceSeconds,
  }
  const judgements = judge(measured)
  if (values.json) console.log(JSON.stringify({ ...measured, judgements }, null, 2))
  else printTable(measured, judgements)
  if (judgements.some(({ holds }) => !holds)) process.exitCode = 1
} catch (error) {
  // What fails because everything was stopped says nothing.
  console.error(signal.aborted ? signal.reason : error)
  process.exitCode = 1
} finally {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
process.exit()
