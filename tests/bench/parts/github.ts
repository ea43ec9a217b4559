import { startGithub } from "../../../infra/local/github/index.ts"
import { readConfiguration } from "../../../shared/app.ts"
import { tell } from "./tell.ts"

/** Tells its address, and whenever it is asked, all calls so far; writes VERSION when it is told one. Has the configured repositories, and a pair for each name. */
const [directory = "", version = "", ...names] = process.argv.slice(2)
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
for (const name of names) {
  await github.createRepository(`acme/${name}-assets`, { files: { "README.md": "Releases\n" } })
  await github.createRepository(`acme/${name}`, { files: { [config.workspace.version]: `${version}\n` } })
}
process.on("message", async (question: "calls" | { version: string }) => {
  if (question === "calls") return tell(github.calls.map(({ operation, write }) => ({ operation, write })))
  await github.pushFile(config.workspace.repository, config.workspace.version, `${question.version}\n`, "version")
  tell("pushed")
})
tell(github.url)
