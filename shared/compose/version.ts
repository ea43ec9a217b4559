import type { Config, Settings } from "../config/config.ts"
import type { Workspace } from "../ports/workspace.ts"
import { type AskedVersion, type Survey, setVersion, survey, type VersionChange } from "../version/set-version.ts"
import { configurationOf, type Environment, layoutOf } from "./configuration.ts"
import { githubWorld } from "./github.ts"

/** The version of one workspace. */
export interface VersionDesk {
  /** For people: the repository, or the folder of a checkout. */
  workspace: string
  survey(): Promise<Survey>
  set(asked: AskedVersion): Promise<VersionChange>
}

/** The version of the workspace on GitHub, or of a checkout of it. Throws CONFIG_INVALID, SETTINGS_INVALID, REQUEST_INVALID. */
export async function versionDeskOf(env: Environment, directory: string | undefined, by: string): Promise<VersionDesk> {
  const { config, settings } = await configurationOf(env, { storage: false, github: directory === undefined })
  return open(config, await workspaceOf(config, settings, directory), by)
}

/** The same for an app that is configured already. */
export function open(config: Config, workspace: Workspace, by: string): VersionDesk {
  const layout = layoutOf(config)
  return {
    workspace: workspace.repository,
    survey: () => survey(workspace, layout),
    set: (asked) => setVersion(asked, workspace, layout, by),
  }
}

async function workspaceOf(config: Config, settings: Settings, directory: string | undefined): Promise<Workspace> {
  if (directory === undefined) return (await githubWorld(config, settings)).workspace
  const { checkout } = await import("../adapters/local/checkout.ts")
  return checkout(directory)
}
