import { startGithub } from "../../../infra/local/github/index.ts"
import { readConfiguration } from "../../../shared/app.ts"
import { tell } from "./tell.ts"

/** Tells its address, and whenever it is asked, all calls so far. */
const [directory = "", version = ""] = process.argv.slice(2)
const { config } = await readConfiguration({ storage: false, github: false })
const github = await startGithub({ directory })
await github.createRepository(config.assets.repository, {
  immutableReleases: true,
  files: { "README.md": "Releases\n" },
})
await github.createRepository(config.workspace.repository, {
  branch: config.workspace.branch,
  files: { [config.workspace.version]: `${version}\n` },
})
process.on("message", () => tell(github.calls.map(({ operation, write }) => ({ operation, write }))))
tell(github.url)
