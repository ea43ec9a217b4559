import type { GithubClient } from "../adapters/github/client.ts"
import type { GithubAuth } from "../adapters/github/sign-in.ts"
import type { Config, Settings } from "../config/config.ts"
import type { Permissions } from "../ports/permissions.ts"
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

/** One connection per settings, so that an App signs in once, and not for every part of the product. */
const clients = new WeakMap<Settings, Promise<GithubClient>>()

/** A connection with the credentials of the settings. Nothing is sent. */
export function connectGithub(settings: Settings): Promise<GithubClient> {
  const client = clients.get(settings) ?? openGithub(settings)
  clients.set(settings, client)
  return client
}

async function openGithub(settings: Settings): Promise<GithubClient> {
  const { githubClient } = await import("../adapters/github/client.ts")
  return githubClient({ apiUrl: settings.GITHUB_API_URL, auth: githubAuth(settings) })
}

/** Who the credentials are, and what they may do in the two repositories. Throws the GITHUB_ codes. */
export async function permissionsOf({ assets, workspace, alerts }: Config, settings: Settings): Promise<Permissions> {
  const { githubPermissions } = await import("../adapters/github/permissions.ts")
  const repositories = [assets.repository, workspace.repository] as const
  return githubPermissions(await connectGithub(settings), repositories, { incidents: Boolean(alerts?.issuesIn) })
}

function githubAuth(settings: Settings): GithubAuth {
  const { GITHUB_TOKEN, GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY } = settings
  if (GITHUB_TOKEN) return { token: secretOf(GITHUB_TOKEN, settings) }
  return { appId: GITHUB_APP_ID ?? "", privateKey: secretOf(GITHUB_APP_PRIVATE_KEY ?? "", settings) }
}
