import { resolve } from "node:path"
import {
  cloudWorld,
  configurationOf,
  connectGithub,
  type Environment,
  existing,
  type FolderOptions,
  folderWorld,
  githubWorld,
  inboxOf,
  policyOf,
  tagOfFolder,
} from "./compose.ts"
import { type Config, type Needs, requireSettings, type Settings } from "./config/config.ts"
import { examine, type Finding, judgeAccess, judgeInbox, judgeWorkspace, type Look } from "./doctor.ts"
import type { InboxFile } from "./ports/inbox.ts"
import { Problem } from "./problem.ts"
import type { ReleaseRecord } from "./release/model.ts"
import { dryRun, type Outcome, reconcile } from "./release/reconcile.ts"
import { readRecord } from "./release/record.ts"
import { askedRelease, validTag } from "./release/request.ts"
import { copyBatch } from "./release/ship.ts"
import type { Plan } from "./release/step.ts"
import { overview } from "./release/sweep.ts"
import { messageFor, sweep, wake } from "./release/wake.ts"
import type { Log, ReleaseRequest, World } from "./release/world.ts"

export type { Config } from "./config/config.ts"
export type { Finding } from "./doctor.ts"
export { Problem, type ProblemCode } from "./problem.ts"
export { problemDetails } from "./problem-details.ts"
export type { Stray } from "./release/batch.ts"
export type { ReleaseRecord } from "./release/model.ts"
export type { Outcome } from "./release/reconcile.ts"
export type { Plan } from "./release/step.ts"
export type { Log } from "./release/world.ts"

/** The settings. Read here and nowhere else, so that everything can be run with others. */
// biome-ignore lint/style/noProcessEnv: the composition root is the one place that knows where settings come from.
export const environment: { [name: string]: string | undefined } = process.env

/** The configuration and this process's settings. Throws CONFIG_INVALID, CONFIG_REPOSITORIES_MIXED, SETTINGS_INVALID. */
export function readConfiguration(needs: Needs): Promise<{ config: Config; settings: Settings }> {
  return configurationOf(environment, needs)
}

/** What the functions delegate to. */
export interface Slipway {
  /** Answers a queue message. What it throws is to be delivered again. */
  wake(message: unknown, log: Log): Promise<void>
  /** Wakes everything that is not finished. */
  sweep(log: Log): Promise<void>
  /** Releases a batch now, in a queue function; of a dry run the plan. Throws TAG_INVALID, REQUEST_INVALID. */
  ask(tag: string | undefined, body: string, log: Log): Promise<{ plan?: Plan }>
  overview(): ReturnType<typeof overview>
  /** The record of a tag. Throws TAG_INVALID, NOT_FOUND. */
  show(tag: string | undefined): Promise<ReleaseRecord>
}

/** A dry run must answer before the load balancer gives up after 230 s. */
const DRY_RUN_MS = 220_000

/** Aborts after a time, with a Problem that says what else can be done. */
function deadline(ms: number): AbortSignal {
  const controller = new AbortController()
  const problem = new Problem("DRY_RUN_TOO_LONG", `the files were not hashed within ${ms / 1000} s`)
  setTimeout(() => controller.abort(problem), ms).unref()
  return controller.signal
}

let composed: Promise<Slipway> | undefined

/** The app on a storage account, composed at the first call. A failure to compose is told to every caller, and tried again. */
export function slipway(): Promise<Slipway> {
  composed ??= compose().catch((error: unknown) => {
    composed = undefined
    throw error
  })
  return composed
}

async function compose(): Promise<Slipway> {
  const { config, settings } = await readConfiguration({ storage: true, github: true })
  const { world, queue } = await cloudWorld(config, settings)
  return {
    wake: (message, log) => wake(message, { ...world, log }, queue),
    async sweep(log) {
      const count = await sweep({ ...world, log }, queue)
      log("info", `sweep: ${count} to wake`)
    },
    async ask(tag, body, log) {
      const asked = askedRelease(tag ?? "", body)
      if (asked.dryRun) return { plan: await dryRun(asked, { ...world, log }, deadline(DRY_RUN_MS)) }
      await queue.send(messageFor(asked))
      return {}
    },
    overview: () => overview(world),
    async show(tag) {
      const record = await readRecord(world.state, validTag(tag ?? ""))
      if (record) return record
      throw new Problem("NOT_FOUND", `nothing is known of ${tag}`)
    },
  }
}

/** The same pipeline without Azure, for `slipway publish`. A folder named like a tag is that tag's batch. */
export async function folderApp(options: FolderOptions): Promise<{
  publish(request: ReleaseRequest): Promise<Outcome>
  plan(request: ReleaseRequest, signal: AbortSignal): Promise<Plan>
}> {
  const world = await folderWorld(environment, options)
  const tag = tagOfFolder(options.folder)
  return {
    publish: (request) => reconcile({ ...request, tag }, world),
    plan: (request, signal) => dryRun({ ...request, tag }, world, signal),
  }
}

/**
 * Uploads a folder's files into the inbox of a storage account, for `slipway ship`: into the batch of `tag`, else of the tag
 * the folder is named for, else into the inbox's root. Throws TAG_INVALID, SETTINGS_INVALID.
 */
export async function shipFolder(
  folder: string,
  tag: string | undefined,
  storage: Environment,
  progress: NonNullable<World["progress"]>,
): Promise<InboxFile[]> {
  const batch = tag === undefined ? tagOfFolder(folder) : validTag(tag)
  const settings = requireSettings({ ...environment, ...storage }, { storage: true, github: false })
  const { directoryInbox } = await import("./adapters/local/directory-inbox.ts")
  const from = directoryInbox(await existing(folder), resolve(folder))
  return copyBatch(from, await inboxOf(settings), batch ?? "", progress)
}

/** Looks at everything a release needs, for `slipway doctor`. `found` is what is known of the app: its answer and its settings. */
export async function examineAll(found: { answers: Look; settings: Environment }): Promise<Finding[]> {
  const set = Object.entries(environment).filter(([, value]) => value !== "")
  const env = { ...found.settings, ...Object.fromEntries(set) }
  const policy = memoized(() => configurationOf(env, { storage: false, github: false }))
  const read = memoized(() => configurationOf(env, { storage: false, github: true }))
  const github = memoized(async () => {
    const { config, settings } = await read()
    const { githubPermissions } = await import("./adapters/github/permissions.ts")
    return githubPermissions(await connectGithub(settings), [config.assets.repository, config.workspace.repository])
  })
  const access = async (which: "assets" | "workspace") => {
    const { repository } = (await read()).config[which]
    return (await github()).repositories.find((each) => each.repository === repository)
  }
  return examine({
    configuration: async () => `${(await policy()).config.product}, sound`,
    credentials: async () => `GitHub knows them as ${(await github()).login}`,
    assets: () => judgeAccess(access("assets")),
    workspace: () => judgeAccess(access("workspace")),
    async version() {
      const { config, settings } = await read()
      return judgeWorkspace((await githubWorld(config, settings)).workspace, policyOf(config, { keepInbox: true }))
    },
    async inbox() {
      const { config } = await policy()
      const settings = requireSettings(env, { storage: true, github: false })
      return judgeInbox(await inboxOf(settings), policyOf(config, { keepInbox: false }))
    },
    app: found.answers,
  })
}

function memoized<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= work()
    return made
  }
}
