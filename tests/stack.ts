import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { LogEntry } from "../infra/local/functions-host/host.ts"
import { makeSample } from "../infra/local/sample/sample.ts"
import { SAMPLE_VERSION, type Stack, startStack } from "../infra/local/stack.ts"
import { environment, readConfiguration } from "../shared/app.ts"

/** Settings of the machine that would lead a test to the real GitHub, or to another app. */
export const FOREIGN = [
  "GITHUB_TOKEN",
  "GITHUB_APP_ID",
  "GITHUB_APP_PRIVATE_KEY",
  "GITHUB_API_URL",
  "SLIPWAY_URL",
  "SLIPWAY_KEY",
  "SLIPWAY_CONFIG",
  "KEY_VAULT_URL",
  "AZURE_SUBSCRIPTION_ID",
  "AZURE_RESOURCE_MANAGER_URL",
  "ALERT_WEBHOOK_URL",
]

/** A temporary folder, and how to be rid of it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-"))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The local stack in this process, in a folder of its own. One per test file: functions register once per process. */
export async function localStack(): Promise<
  Stack & { state: string; log: string[]; entries: LogEntry[]; close: () => Promise<void> }
> {
  for (const name of FOREIGN) delete environment[name]
  const { folder, remove } = await temporaryFolder()
  const { config } = await readConfiguration({ storage: false, github: false })
  const log: string[] = []
  const entries: LogEntry[] = []
  const stack = await startStack({
    config,
    stateDirectory: folder,
    port: 0,
    log: (entry) => {
      log.push(entry.message)
      entries.push(entry)
    },
  })
  const close = async () => {
    await stack.close()
    await remove()
  }
  return { ...stack, state: folder, log, entries, close }
}

/** A folder with the sample's three files, named for a tag or not. */
export async function sampleFolder(parent: string, name: string, version = SAMPLE_VERSION): Promise<string> {
  const directory = join(parent, name)
  await makeSample({ directory, version })
  return directory
}

/** A program of this project, run to its end. */
export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs `slipway` as a person's shell would, without a terminal. */
export async function slipway(args: string[], settings: { [name: string]: string } = {}): Promise<Ran> {
  return finished(start("cli/slipway.ts", args, settings))
}

/** Starts one of the project's programs with no settings but these. */
export function start(program: string, args: string[], settings: { [name: string]: string } = {}): ChildProcess {
  const clean = Object.fromEntries(Object.entries(environment).filter(([name]) => !FOREIGN.includes(name)))
  return spawn(process.execPath, [program, ...args], {
    env: { ...clean, AzureWebJobsStorage: "", CI: "true", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  })
}

/** What a program said, once it has ended. */
export async function finished(child: ChildProcess): Promise<Ran> {
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
  const [code] = (await once(child, "close")) as [number | null]
  return { code, stdout: await stdout, stderr: await stderr }
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = ""
  for await (const chunk of stream ?? []) all += String(chunk)
  return all
}
