import { readFile } from "node:fs/promises"
import { type Config, type Needs, parseConfiguration, type Settings } from "../config/config.ts"
import { Problem } from "../problem.ts"
import type { Policy } from "../release/world.ts"
import type { Layout } from "../version/survey.ts"

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

/** Where the version stands in the workspace. */
export function layoutOf({ workspace, versionPoints, manifestOnVersionChange }: Config): Layout {
  return {
    versionPath: workspace.version,
    manifestPath: workspace.manifest,
    points: versionPoints,
    manifestNow: manifestOnVersionChange === "now",
  }
}

export const now = () => new Date()
