import { readdir, readFile, stat } from "node:fs/promises"
import { basename, join, resolve } from "node:path"
import type { StorageConnection } from "./adapters/azure/connect.ts"
import type { GithubClient } from "./adapters/github/client.ts"
import type { GithubAuth } from "./adapters/github/sign-in.ts"
import { type Config, type Needs, parseConfiguration, type Settings } from "./config/config.ts"
import type { Inbox } from "./ports/inbox.ts"
import type { Queue } from "./ports/queue.ts"
import { Problem } from "./problem.ts"
import type { Log, Policy, World } from "./release/world.ts"
import { isTag } from "./version/version.ts"

/** Settings by name, of the process or of somebody else. */
export type Environment = { readonly [name: string]: string | undefined }

/** The configuration file and app settings. Throws CONFIG_INVALID, CONFIG_REPOSITORIES_MIXED, SETTINGS_INVALID. */
export async function configurationOf(env: Environment, needs: Needs): Promise<{ config: Config; settings: Settings }> {
  const name = env.SLIPWAY_CONFIG || "slipway.config.json"
  const text = await readFile(name, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined
    throw new Problem("CONFIG_INVALID", `${name} cannot be read: ${error.message}`, { cause: error })
  })
  return parseConfiguration({ name, text }, env, needs)
}

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
  const { directoryInbox } = await import("./adapters/local/directory-inbox.ts")
  const { batchFolder } = await import("./adapters/local/batch-folder.ts")
  const { directoryStore } = await import("./adapters/local/directory-store.ts")
  const { fileLeases } = await import("./adapters/local/file-leases.ts")
  const state = join(resolve(stateDirectory), "publish")
  const tag = tagOfFolder(folder)
  const files = directoryInbox(await existing(folder), join(state, "archive"))
  return {
    ...(await githubWorld(config, settings)),
    policy: policyOf(config, { keepInbox: true }),
    inbox: tag === undefined ? files : batchFolder(files, tag),
    state: directoryStore(join(state, "state")),
    leases: fileLeases(join(state, "locks")),
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

/** The world of the functions: a storage account and GitHub. SDKs are loaded here, at the first call, and nowhere before. */
export async function cloudWorld(config: Config, settings: Settings): Promise<{ world: World; queue: Queue }> {
  const { blobStore } = await import("./adapters/azure/blob-store.ts")
  const { blobLeases } = await import("./adapters/azure/blob-leases.ts")
  const { storageQueue } = await import("./adapters/azure/storage-queue.ts")
  const connection = storageConnection(settings)
  const [inbox, state, leases, queue, github] = await Promise.all([
    inboxOf(settings),
    blobStore(connection, "state"),
    blobLeases(connection),
    storageQueue(connection, "inbox-events"),
    githubWorld(config, settings),
  ])
  const policy = policyOf(config, { keepInbox: false })
  return { world: { ...github, policy, inbox, state, leases, now, log: silent }, queue }
}

/** The inbox of the settings' storage account. */
export async function inboxOf(settings: Settings): Promise<Inbox> {
  const { blobInbox } = await import("./adapters/azure/blob-inbox.ts")
  return blobInbox(storageConnection(settings))
}

/** The two repositories. */
export async function githubWorld(config: Config, settings: Settings): Promise<Pick<World, "releases" | "workspace">> {
  const { githubReleases } = await import("./adapters/github/releases.ts")
  const { githubWorkspace } = await import("./adapters/github/workspace.ts")
  const client = await connectGithub(settings)
  return {
    releases: githubReleases(client, config.assets.repository),
    workspace: githubWorkspace(client, config.workspace.repository, config.workspace.branch),
  }
}

/** A connection with the credentials of the settings. Nothing is sent. */
export async function connectGithub(settings: Settings): Promise<GithubClient> {
  const { githubClient } = await import("./adapters/github/client.ts")
  return githubClient({ apiUrl: settings.GITHUB_API_URL, auth: githubAuth(settings) })
}

function githubAuth({ GITHUB_TOKEN, GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY }: Settings): GithubAuth {
  if (GITHUB_TOKEN) return { token: () => GITHUB_TOKEN }
  return { appId: GITHUB_APP_ID ?? "", privateKey: async () => GITHUB_APP_PRIVATE_KEY ?? "" }
}

function storageConnection(settings: Settings): StorageConnection {
  const {
    AzureWebJobsStorage: connectionString,
    AzureWebJobsStorage__accountName: accountName = "",
    AzureWebJobsStorage__blobServiceUri: blobServiceUri,
    AzureWebJobsStorage__queueServiceUri: queueServiceUri,
    AzureWebJobsStorage__credential: credential,
    AzureWebJobsStorage__clientId: clientId,
  } = settings
  if (connectionString) return { connectionString }
  return {
    accountName,
    ...(blobServiceUri && { blobServiceUri }),
    ...(queueServiceUri && { queueServiceUri }),
    ...(credential && { credential }),
    ...(clientId && { clientId }),
  }
}

/** The part of the configuration that decides about releases. */
export function policyOf(config: Config, { keepInbox }: { keepInbox: boolean }): Policy {
  const { product, artifacts, quietSeconds, workspace } = config
  return {
    product,
    artifacts,
    quietSeconds,
    versionPath: workspace.version,
    manifestPath: workspace.manifest,
    keepInbox,
  }
}

const now = () => new Date()
const silent: Log = () => {}
