import { randomBytes } from "node:crypto"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { environment } from "../../shared/app.ts"
import type { Config } from "../../shared/config/config.ts"
import { CONTAINERS, QUEUES } from "../../shared/ports/names.ts"
import { startEvents } from "./events/events.ts"
import { type HostJson, type LogEntry, startFunctionsHost } from "./functions-host/host.ts"
import { type Github, startGithub } from "./github/index.ts"
import { type Outside, startOutside } from "./outside.ts"
import { sampleWorkspace } from "./sample/workspace.ts"
import { startStorage } from "./storage/storage.ts"

/** The version of the sample, and of the VERSION file a new workspace starts with. */
export const SAMPLE_VERSION = "1.0.0.1"

export interface StackOptions {
  config: Config
  stateDirectory: string
  /** The first port to try for the app; the next free one is taken. */
  port: number
  log: (entry: LogEntry) => void
}

export interface Stack {
  /** The app's address, and the key its routes want. */
  url: string
  key: string
  /** The app settings that point everything at this stack. */
  settings: { [name: string]: string }
  /** The look-alike; undefined when real credentials are in the environment. */
  github: Github | undefined
  /** The VM, its update server, the vault and the sink; undefined with real credentials: then the configuration leads there. */
  outside: Outside | undefined
  /** Runs a timer function now. */
  runTimer(name: string): Promise<void>
  /** Stops everything, last started first. */
  close(): Promise<void>
}

/** Starts everything a release needs, with its state in one folder, and tells other terminals where in `stack.json`. */
export async function startStack({ config, stateDirectory, port, log }: StackOptions): Promise<Stack> {
  const stoppers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const stop of stoppers.splice(0).reverse()) await stop()
  }
  try {
    await mkdir(stateDirectory, { recursive: true })
    const storage = await startStorage({ directory: join(stateDirectory, "storage") })
    stoppers.push(storage.close)
    const { github, outside } = hasRealCredentials() ? {} : await startLookAlikes(config, stateDirectory, stoppers)
    const settings = {
      AzureWebJobsStorage: storage.connectionString,
      ...(github && { GITHUB_API_URL: github.url, GITHUB_TOKEN: "local-token" }),
      ...outside?.settings,
    }
    Object.assign(environment, settings)

    const events = await startEvents({
      connectionString: storage.connectionString,
      container: CONTAINERS.inbox,
      queue: QUEUES.events,
    })
    stoppers.push(events.close)
    const key = randomBytes(24).toString("base64url")
    const host = await startFunctionsHost({
      load: () => import("../../functions/index.ts"),
      settings,
      port: await freePort(port),
      keys: { functionKey: key },
      closeTimeoutMs: 2000,
      hostJson: JSON.parse(await readFile(new URL("../../host.json", import.meta.url), "utf8")) as HostJson,
      log,
    })
    stoppers.push(host.close)

    const address = join(stateDirectory, "stack.json")
    await writeFile(address, `${JSON.stringify({ url: host.url, key, settings }, null, 2)}\n`, { mode: 0o600 })
    stoppers.push(() => rm(address, { force: true }))
    return { url: host.url, key, settings, github, outside, runTimer: host.runTimer, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Whoever brings credentials means the real GitHub. */
function hasRealCredentials(): boolean {
  return Boolean(environment.GITHUB_TOKEN || environment.GITHUB_APP_ID)
}

/** GitHub and all that the checks look at. The VERSION that is committed to the workspace is deployed to the VM. */
async function startLookAlikes(config: Config, stateDirectory: string, stoppers: (() => Promise<unknown>)[]) {
  const outside = await startOutside(config, stateDirectory)
  stoppers.push(outside.close)
  let deployment = Promise.resolve()
  const github = await startLookAlike(config, stateDirectory, () => {
    deployment = deployment.then(() => outside.deploy(github)).catch((error) => process.emitWarning(String(error)))
  })
  stoppers.push(async () => {
    await github.close()
    await deployment
  })
  await outside.deploy(github)
  return { github, outside }
}

async function startLookAlike(config: Config, stateDirectory: string, onCommit: () => void): Promise<Github> {
  const directory = join(stateDirectory, "github")
  // The same port as the last time, so that the addresses in manifests and records stay true.
  const portFile = join(directory, "port")
  const lastPort = Number(await readFile(portFile, "utf8").catch(() => 0))
  const github = await startGithub({
    directory,
    port: await freePort(lastPort),
    observe: ({ operation }) => {
      if (operation === "graphql/createCommitOnBranch") onCommit()
    },
  })
  await writeFile(portFile, `${github.port}\n`)
  // GitHub cannot tag a release in a repository without a commit.
  await github.createRepository(config.assets.repository, {
    immutableReleases: true,
    files: { "README.md": `# Releases of ${config.product}\n` },
  })
  await github.createRepository(config.workspace.repository, {
    private: true,
    branch: config.workspace.branch,
    files: sampleWorkspace(config.workspace.version, SAMPLE_VERSION),
  })
  return github
}

/** The first port from `port` on that nobody listens on; 0 stays 0. */
async function freePort(port: number): Promise<number> {
  if (port === 0 || (await isFree(port))) return port
  return freePort(port + 1)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once("error", () => resolve(false))
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)))
  })
}
