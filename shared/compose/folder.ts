import { readdir, stat } from "node:fs/promises"
import { basename, join, resolve } from "node:path"
import { Problem } from "../problem.ts"
import type { Log, World } from "../release/world.ts"
import { isTag } from "../version/version.ts"
import { configurationOf, type Environment, now, policyOf } from "./configuration.ts"
import { githubWorld } from "./github.ts"
import { serverOf } from "./vm.ts"

/** A folder of this machine in place of the inbox, and a state folder in place of the storage account. */
export interface FolderOptions {
  folder: string
  stateDirectory: string
  log: Log
  progress: NonNullable<World["progress"]>
}

/** A folder in place of the inbox. Throws REQUEST_INVALID when it is not there. */
export async function folderWorld(env: Environment, options: FolderOptions): Promise<World> {
  const { folder, stateDirectory, log, progress } = options
  const { config, settings } = await configurationOf(env, { storage: false, github: true })
  const { directoryInbox } = await import("../adapters/local/directory-inbox.ts")
  const { batchFolder } = await import("../adapters/local/batch-folder.ts")
  const { directoryStore } = await import("../adapters/local/directory-store.ts")
  const { fileLeases } = await import("../adapters/local/file-leases.ts")
  const state = join(resolve(stateDirectory), "publish")
  const tag = tagOfFolder(folder)
  const files = directoryInbox(await existing(folder), join(state, "archive"))
  const leases = fileLeases(join(state, "locks"))
  const reachable = config.vm && settings.AZURE_SUBSCRIPTION_ID
  const server = reachable ? await serverOf(config, settings, leases) : undefined
  if (config.vm && !server) log("warn", `${config.vm.name} is left to the app: AZURE_SUBSCRIPTION_ID is not set`)
  return {
    ...(await githubWorld(config, settings)),
    policy: policyOf(config, { keepInbox: true }),
    inbox: tag === undefined ? files : batchFolder(files, tag),
    state: directoryStore(join(state, "state")),
    leases,
    ...(server && { server }),
    now,
    log,
    progress,
  }
}

/** A folder that is not there is a slip of the pen, not an inbox to be made. Throws REQUEST_INVALID. */
export async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) {
    const entries = await readdir(folder, { withFileTypes: true })
    const link = entries.find((entry) => entry.isSymbolicLink() && !entry.name.startsWith("."))
    if (!link) return resolve(folder)
    const remedy = "Put the file itself into the folder."
    throw new Problem("REQUEST_INVALID", `${link.name} is a link, which is not followed`, { remedy })
  }
  throw new Problem("REQUEST_INVALID", `${folder} is no folder`, { remedy: "Name a folder that holds the files." })
}

/** The tag a folder is named for, if it is. Throws TAG_INVALID for one that nearly is: a slip must not become a release. */
export function tagOfFolder(folder: string): string | undefined {
  const name = basename(resolve(folder))
  if (isTag(name)) return name
  if (!/^v?\p{Nd}+(?:\.\p{Nd}+)+$/iu.test(name)) return undefined
  throw new Problem("TAG_INVALID", `the folder ${name} looks like a tag and is none`)
}
