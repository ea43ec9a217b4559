import type { GithubClient } from "../adapters/github/client.ts"
import type { GithubAuth } from "../adapters/github/sign-in.ts"
import type { Config, Settings } from "../config/config.ts"
import type { World } from "../release/world.ts"
import { secretOf } from "./vault.ts"

/** The two repositories. */
export async function githubWorld(config: Config, settings: Settings): Promise<Pick<World, "releases" | "workspace">> {
  const { githubReleases } = await import("../adapters/github/releases.ts")
  const { githubWorkspace } = await import("../adapters/github/workspace.ts")
  const client = await connectGithub(settings)
  return {
    releases: githubReleases(client, config.assets.repository),
    workspace: githubWorkspace(client, config.workspace.repository, config.workspace.branch),
  }
}

/** A connection with the credentials of the settings. Nothing is sent. */
export async function connectGithub(settings: Settings): Promise<GithubClient> {
  const { githubClient } = await import("../adapters/github/client.ts")
  return githubClient({ apiUrl: settings.GITHUB_API_URL, auth: githubAuth(settings) })
}

function githubAuth(settings: Settings): GithubAuth {
  const { GITHUB_TOKEN, GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY } = settings
  if (GITHUB_TOKEN) return { token: secretOf(GITHUB_TOKEN, settings) }
  return { appId: GITHUB_APP_ID ?? "", privateKey: secretOf(GITHUB_APP_PRIVATE_KEY ?? "", settings) }
}
