import { execFileSync } from "node:child_process"
import type { Placed } from "../../../../infra/local/github/index.ts"
import { githubReleases } from "../../../../shared/adapters/github/releases.ts"
import { githubWorkspace } from "../../../../shared/adapters/github/workspace.ts"
import { releasesContract } from "../../../contracts/releases.ts"
import { type Held, workspaceContract } from "../../../contracts/workspace.ts"
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
  const { github, connect, close, gitdir } = await start()
  const placed = Object.entries(files).map(([path, held]) => [path, place(held)] as const)
  await github.createRepository("acme/code", { files: Object.fromEntries(placed) })
  const git = (...args: string[]) => execFileSync("git", ["--git-dir", gitdir("acme/code"), ...args])
  return {
    workspace: githubWorkspace(await connect(), "acme/code", "main"),
    head: /^[0-9a-f]{40}$/,
    look: async (path) => {
      const [mode] = git("ls-tree", "main", path).toString().split(" ")
      return mode ? { bytes: git("show", `main:${path}`), executable: mode === "100755" } : undefined
    },
    close,
  }
})

function place(held: Held): string | Placed {
  if (typeof held === "string") return held
  if ("link" in held) return { mode: "120000", content: held.link }
  return "bytes" in held ? { mode: "100644", content: held.bytes } : { mode: "100755", content: held.executable }
}
