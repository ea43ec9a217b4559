import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { readConfiguration } from "../../shared/app.ts"

/** The project's own configuration, without what is no part of the measuring: the VM, and places that repeat the version. */
export async function benchConfiguration() {
  const { config } = await readConfiguration({ storage: false, github: false })
  return { ...config, vm: undefined, versionPoints: [] }
}

type Repositories = { assets: string; workspace: string }

/** Writes it into a directory, for other repositories if they are named; answers the settings with which a program works by it. */
export async function benchSettings(
  githubUrl: string,
  directory: string,
  repositories?: Repositories,
): Promise<Record<string, string>> {
  const config = await benchConfiguration()
  if (repositories) {
    config.assets = { ...config.assets, repository: repositories.assets }
    config.workspace = { ...config.workspace, repository: repositories.workspace }
  }
  const SLIPWAY_CONFIG = join(directory, "slipway.config.json")
  await writeFile(SLIPWAY_CONFIG, JSON.stringify(config))
  return { GITHUB_API_URL: githubUrl, GITHUB_TOKEN: TOKEN, SLIPWAY_CONFIG }
}

/** What the look-alike accepts. */
export const TOKEN = "local-token"
