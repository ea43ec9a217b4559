import { githubReleases } from "../../../../shared/adapters/github/releases.ts"
import { githubWorkspace } from "../../../../shared/adapters/github/workspace.ts"
import { releasesContract } from "../../../contracts/releases.ts"
import { workspaceContract } from "../../../contracts/workspace.ts"
import { start } from "./start.ts"

releasesContract("GitHub", async () => {
  const { github, connect, close } = await start()
  const files = { "README.md": "Releases.\n" }
  await github.createRepository("acme/mutable", { files })
  await github.createRepository("acme/immutable", { files, immutableReleases: true })
  const client = await connect()
  return {
    mutable: githubReleases(client, "acme/mutable", { pauseMs: 1 }),
    immutable: githubReleases(client, "acme/immutable", { pauseMs: 1 }),
    close,
  }
})

workspaceContract("GitHub", async (files) => {
  const { github, connect, close } = await start()
  await github.createRepository("acme/code", { files })
  return { workspace: githubWorkspace(await connect(), "acme/code", "main"), close }
})
