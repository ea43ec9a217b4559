import { once } from "node:events"
import { join } from "node:path"
import { Command, CommanderError, InvalidArgumentError } from "commander"
import { follow } from "../../cli/follow.ts"
import { colors, EXIT, fail } from "../../cli/output.ts"
import { openLines } from "../../cli/status.ts"
import { fileLeases } from "../../shared/adapters/local/file-leases.ts"
import { Problem, readConfiguration, shipFolder } from "../../shared/app.ts"
import type { Config } from "../../shared/config/config.ts"
import { tagOf } from "../../shared/version/version.ts"
import type { LogEntry } from "./functions-host/host.ts"
import type { Outside } from "./outside.ts"
import { afterReleaseRun, keepProving, pageAddress, prove } from "./prove.ts"
import { makeSample } from "./sample/sample.ts"
import { SAMPLE_VERSION, type Stack, startStack } from "./stack.ts"

interface StartOptions {
  once?: boolean
  state: string
  port: number
  inbox?: string
}

const program = new Command("npm start --")
  .description(
    "Starts everything a release needs on this machine, drops a release into the inbox, follows and proves it.",
  )
  .option("--once", "stop after the release; exit 0 only if it is public, complete and proven")
  .option("--state <dir>", "where everything is kept between runs", ".slipway")
  .option("--port <n>", "port of the app; the next free one when it is taken", portNumber, 7071)
  .option("--inbox <dir>", "drop in the files of this folder instead of the sample")
  .exitOverride()
  .action(start)

async function start(options: StartOptions): Promise<void> {
  const { config } = await readConfiguration({ storage: false, github: false })
  const unlock = await onlyOneIn(options.state)
  let verdict: Verdict | undefined
  try {
    const stack = await startStack({ config, stateDirectory: options.state, port: options.port, log: showLog })
    const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(() => undefined)
    const stop = new AbortController()
    try {
      describe(stack, options)
      verdict = await Promise.race([release(stack, options, config), interrupted])
      if (verdict && !options.once) {
        console.log(
          [
            ...verdict.lines,
            "",
            "The next one, from another terminal: npx slipway ship FOLDER",
            "Ctrl-C stops everything.",
          ].join("\n"),
        )
        await Promise.race([keepProving(stack, stop.signal), interrupted])
      }
    } finally {
      stop.abort()
      quiet = options.once === true
      await stack.close()
    }
  } finally {
    await unlock()
  }
  // With --once the verdict is the last thing said, after everything has stopped.
  if (verdict && options.once) console.log(verdict.lines.join("\n"))
  if (options.once && !verdict?.good) process.exitCode = EXIT.failed
}

/** Of what is cut off when everything stops, nothing is said after the verdict. */
let quiet = false

interface Verdict {
  good: boolean
  lines: string[]
}

/** Drops a folder into the inbox, follows it and runs every check: is the release proven, or what is wrong and what to do. */
async function release(stack: Stack, options: StartOptions, config: Config): Promise<Verdict> {
  if (!stack.github && !options.inbox) {
    const line = "These are real credentials, so no sample is dropped in. Name your own files with --inbox FOLDER."
    return { good: false, lines: [line] }
  }
  const folder = options.inbox ?? (await sample(options.state, config))
  console.log(`\nDropping ${folder} into the inbox`)
  const uploaded = await shipFolder(folder, undefined, stack.settings, () => {})
  const deadline = options.once ? AbortSignal.timeout(ONCE_MS) : undefined
  const record = await follow(stack, uploaded, () => {}, deadline)
  const { tag, phase, release } = record
  if (phase !== "complete") return { good: false, lines: openLines(record) }
  await afterReleaseRun(stack, tag)
  const { good, lines } = await prove(stack)
  const done = `${colors.green("Done:")} ${tag} is public, complete and proven: ${release?.url}`
  const failed = `${colors.red("Not proven:")} ${tag} is public and complete, and a check fails`
  return { good, lines: [...lines, "", `The page: ${pageAddress(stack)}`, good ? done : failed] }
}

/** How long `--once` waits for the release, which takes seconds when nothing is wrong. */
const ONCE_MS = 180_000

/** The sample lies in a folder named for its tag: dropped in again, it is the same release, whatever VERSION says by then. */
async function sample(stateDirectory: string, { product, artifacts }: Config): Promise<string> {
  const directory = join(stateDirectory, "sample", tagOf(SAMPLE_VERSION))
  await makeSample({ directory, version: SAMPLE_VERSION, product, artifacts })
  return directory
}

function portNumber(text: string): number {
  const port = Number(text)
  if (text !== "" && Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new InvalidArgumentError("expected a number from 0 to 65535")
}

/** Two stacks in one folder would write over each other's storage. Throws LEASE_BUSY. */
async function onlyOneIn(stateDirectory: string): Promise<() => Promise<void>> {
  const lease = await fileLeases(stateDirectory).acquire("stack")
  if (lease) return lease.release
  const remedy = "Stop the other one, or give this one another folder with --state DIR."
  throw new Problem("LEASE_BUSY", `a local stack already runs in ${stateDirectory}`, { remedy })
}

function describe(stack: Stack, { state }: StartOptions): void {
  const { url, key, settings, github, outside } = stack
  const quoted = Object.entries({ SLIPWAY_URL: url, SLIPWAY_KEY: key, ...settings }).map(
    ([name, value]) => `${name}='${value}'`,
  )
  const lines = [
    `Function app   ${url}/api  (x-functions-key: ${key})`,
    `GitHub         ${github ? `${github.url}  (a look-alike; git repositories in ${join(state, "github")})` : "the real one"}`,
    ...(outside ? outsideLines(outside) : []),
    `State          ${state}`,
    `Report page    ${pageAddress(stack)}`,
    `Settings for another terminal:`,
    ...quoted.map((line) => `  export ${line}`),
  ]
  console.log(lines.join("\n"))
}

function outsideLines({ updateServer, runCommand, sink, root, settings }: Outside): string[] {
  return [
    `Update server  ${updateServer.url}/updates/appcast.xml  (serves ${root})`,
    `  its lies     curl ${updateServer.url}/_lies; curl -X PUT ${updateServer.url}/_lies/NAME; curl -X DELETE ${updateServer.url}/_lies`,
    `VM             ${runCommand.url}  (run-command, by this machine's sh)`,
    `  off and on   curl -X PUT ${runCommand.url}/_state/stopped; curl -X PUT ${runCommand.url}/_state/running`,
    `Key Vault      ${settings.KEY_VAULT_URL}`,
    `Alerts         ${sink.url}  (shows what was sent)`,
  ]
}

function showLog({ level, message, functionName }: LogEntry): void {
  if (quiet || !functionName || level === "trace" || level === "debug") return
  const mark = level === "information" ? "" : `${colors.yellow(level)} `
  const [said = ""] = message.split("\n    at ") // A stack is for the log of the cloud.
  // Tag, run and step are for a log that many releases share; here there is one at a time.
  console.log(`${colors.dim(functionName.padEnd(12))} ${mark}${said.replace(/ \{"tag":.*\}$/s, "")}`)
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error, false)
  else if (error.exitCode !== 0) process.exitCode = EXIT.usage
}
