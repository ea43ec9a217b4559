import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGithub } from "../../infra/local/github/index.ts"
import { githubClient } from "../../shared/adapters/github/client.ts"
import { githubReleases } from "../../shared/adapters/github/releases.ts"
import { ASSETS, WORKSPACE } from "../world.ts"
import { NOW } from "./desk.ts"
import { FILLER } from "./fill.ts"
import type { Scenario } from "./scenarios.ts"

/** What GitHub is like when a scenario begins, in a directory to be copied. */
export async function setStage({ github: { immutable = false, version = "1.6.1.44", fill } }: Scenario) {
  const directory = await mkdtemp(join(tmpdir(), "slipway-stage-"))
  const github = await startGithub({ directory, tokens: { [FILLER]: "write" }, now: () => NOW })
  await github.createRepository(ASSETS, { files: { "README.md": "Releases.\n" }, immutableReleases: immutable })
  await github.createRepository(WORKSPACE, { files: { "README.md": "App.\n", VERSION: `${version}\n` } })
  const client = await githubClient({ apiUrl: github.url, auth: { token: () => FILLER } })
  await fill(githubReleases(client, ASSETS), github)
  await github.close()
  return { directory, strike: () => rm(directory, { recursive: true, force: true }) }
}
