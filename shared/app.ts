import type { Environment } from "./compose/configuration.ts"
import type { FolderOptions } from "./compose/folder.ts"
import type { Slipway } from "./compose/slipway.ts"
import type { VersionDesk } from "./compose/version.ts"
import type { Config, Needs, Settings } from "./config/config.ts"
import type { Finding, Look } from "./doctor.ts"
import type { InboxFile } from "./ports/inbox.ts"
import type { Outcome } from "./release/reconcile.ts"
import type { Plan } from "./release/step.ts"
import type { ReleaseRequest, World } from "./release/world.ts"
import type { Report } from "./report/report.ts"
import type { VersionChange } from "./version/set-version.ts"

export type { CheckResult } from "./checks/check.ts"
export type { Slipway } from "./compose/slipway.ts"
export type { Config } from "./config/config.ts"
export type { Finding } from "./doctor.ts"
export { QUEUES } from "./ports/names.ts"
export { Problem, type ProblemCode } from "./problem.ts"
export { problemDetails } from "./problem-details.ts"
export type { Stray } from "./release/batch.ts"
export type { ReleaseRecord } from "./release/model.ts"
export type { Outcome } from "./release/reconcile.ts"
export type { Plan } from "./release/step.ts"
export type { Log } from "./release/world.ts"
export type { Report } from "./report/report.ts"
export type { Survey, VersionChange } from "./version/set-version.ts"
export type { PointState } from "./version/survey.ts"

// The worker loads this file before it can answer anything: everything else is imported by the call that needs it.

/** The settings. Read here and nowhere else, so that everything can be run with others. */
// biome-ignore lint/style/noProcessEnv: the composition root is the one place that knows where settings come from.
export const environment: { [name: string]: string | undefined } = process.env

/** The configuration and this process's settings. Throws CONFIG_INVALID, CONFIG_REPOSITORIES_MIXED, SETTINGS_INVALID. */
export async function readConfiguration(needs: Needs): Promise<{ config: Config; settings: Settings }> {
  const { configurationOf } = await import("./compose/configuration.ts")
  return configurationOf(environment, needs)
}

let composed: Promise<Slipway> | undefined

/** The app on a storage account, composed at the first call. A failure to compose is told to every caller, and tried again. */
export function slipway(): Promise<Slipway> {
  composed ??= composeOnce().catch((error: unknown) => {
    composed = undefined
    throw error
  })
  return composed
}

async function composeOnce(): Promise<Slipway> {
  const { compose } = await import("./compose/slipway.ts")
  return compose(environment)
}

/** The same pipeline without Azure, for `slipway publish`. A folder named like a tag is that tag's batch. */
export async function folderApp(options: FolderOptions): Promise<{
  publish(request: ReleaseRequest): Promise<Outcome>
  plan(request: ReleaseRequest, signal: AbortSignal): Promise<Plan>
}> {
  const { folderWorld, tagOfFolder } = await import("./compose/folder.ts")
  const { dryRun, reconcile } = await import("./release/reconcile.ts")
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
  const { existing, tagOfFolder } = await import("./compose/folder.ts")
  const { inboxOf } = await import("./compose/storage.ts")
  const { requireSettings } = await import("./config/config.ts")
  const { validTag } = await import("./release/request.ts")
  const { copyBatch } = await import("./release/ship.ts")
  const batch = tag === undefined ? tagOfFolder(folder) : validTag(tag)
  const settings = requireSettings({ ...environment, ...storage }, { storage: true, github: false })
  const { directoryInbox } = await import("./adapters/local/directory-inbox.ts")
  const from = directoryInbox(await existing(folder), folder)
  return copyBatch(from, await inboxOf(settings), batch ?? "", progress)
}

/**
 * The function key of the app that azd's outputs name, for a person who is signed in to Azure. Throws APP_KEY_FORBIDDEN,
 * APP_NOT_FOUND, AZURE_UNAUTHORIZED, AZURE_UNREACHABLE.
 */
export async function functionKeyOf(outputs: Environment): Promise<string> {
  const { functionKey } = await import("./adapters/azure/function-key.ts")
  const { AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, SLIPWAY_APP, AZURE_RESOURCE_MANAGER_URL: armUrl } = outputs
  return functionKey({
    subscriptionId: AZURE_SUBSCRIPTION_ID ?? "",
    resourceGroup: AZURE_RESOURCE_GROUP ?? "",
    name: SLIPWAY_APP ?? "",
    armUrl,
  })
}

/** Looks at everything a release needs, for `slipway doctor`. `found` is what is known of the app: its answer and its settings. */
export async function examineAll(found: { answers: Look; settings: Environment }): Promise<Finding[]> {
  const { examineAll: examineEverything } = await import("./compose/doctor.ts")
  return examineEverything(withOwn(found.settings), found.answers)
}

/**
 * Runs the checks from here, for `slipway verify`, and remembers nothing: what one machine sees is no reason to wake anybody up.
 * `settings` are the app's, as far as they are known; this process's own come first. Throws REQUEST_INVALID for an unknown
 * check, CONFIG_INVALID, SETTINGS_INVALID.
 */
export async function verifyHere(
  asked: { checks: string | undefined; deep: boolean },
  settings: Environment,
): Promise<Report> {
  const { checksNamed } = await import("./checks/chosen.ts")
  const { configurationOf } = await import("./compose/configuration.ts")
  const checks = checksNamed(asked.checks)
  const env = withOwn(settings)
  const { config, settings: parsed } = await configurationOf(env, { storage: false, github: true })
  const { checkWorld } = await import("./compose/verification.ts")
  const { verifyOnce } = await import("./verify/verify.ts")
  const world = await checkWorld(config, parsed)
  return verifyOnce({ checks, deep: asked.deep, reason: "terminal" }, world)
}

/**
 * The version of the workspace on GitHub, or of a checkout of it on this machine, for `slipway version`. `settings` are the
 * app's, as far as they are known; this process's own come first. Throws CONFIG_INVALID, SETTINGS_INVALID, REQUEST_INVALID.
 */
export async function versionDesk(settings: Environment, directory?: string): Promise<VersionDesk> {
  const { versionDeskOf } = await import("./compose/version.ts")
  return versionDeskOf(withOwn(settings), directory, "slipway version")
}

/** What has changed, as `git diff` shows it. */
export async function unifiedDiff(files: VersionChange["files"]): Promise<string> {
  return (await import("./version/unified-diff.ts")).unifiedDiff(files)
}

/** The report of one run as Markdown. */
export async function reportMarkdown(report: Report): Promise<string> {
  const { markdown } = await import("./report/markdown.ts")
  const { viewOfReport } = await import("./report/view.ts")
  return markdown(viewOfReport(report, new Date()))
}

/** An empty setting of this process means "not set". */
function withOwn(settings: Environment): Environment {
  return { ...settings, ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== "")) }
}
