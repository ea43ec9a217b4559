import { startGithub } from "../../../../infra/local/github/index.ts"

/** The look-alike as a process of its own, for tests that kill it. Prints its address when it stands. */
const [directory = ""] = process.argv.slice(2)
const github = await startGithub({ directory })
await github.createRepository("acme/app", { files: { VERSION: "0\n" } })
console.log(github.url)
