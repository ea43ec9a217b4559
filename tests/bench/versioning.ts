import { execFile } from "node:child_process"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { startGithub } from "../../infra/local/github/index.ts"
import { githubClient } from "../../shared/adapters/github/client.ts"
import { githubWorkspace } from "../../shared/adapters/github/workspace.ts"
import type { VersionPoint } from "../../shared/version/points.ts"
import { setVersion } from "../../shared/version/set-version.ts"

/** What it costs to change a version that many places repeat. */
export interface Versioning {
  files: number
  points: number
  /** From the wish to the commit. */
  seconds: number
  /** Calls to GitHub. */
  calls: number
  /** The same by hand: clone, replace, commit, push, all on this disk. */
  gitSeconds: number
}

const FILES = 200
const POINTS = 40
const REPOSITORY = "acme/app"
const pathOf = (index: number) => `server/part-${index}/config.yaml`
const textOf = (index: number) => `# Part ${index}.\nserver:\n  version: 1.6.1.43  # as VERSION says\n  port: 50051\n`

/** Changes the version of a workspace of 200 files in 40 of them, on the look-alike of GitHub. */
export async function measureVersioning(directory: string): Promise<Versioning> {
  await mkdir(directory, { recursive: true })
  const github = await startGithub({ directory })
  try {
    const files = Array.from({ length: FILES }, (_, index) => [pathOf(index), textOf(index)])
    await github.createRepository(REPOSITORY, { files: { ...Object.fromEntries(files), VERSION: "1.6.1.43\n" } })
    const client = await githubClient({ apiUrl: github.url, auth: { token: () => "local-token" } })
    const workspace = githubWorkspace(client, REPOSITORY, "main")
    const points = Array.from(
      { length: POINTS },
      (_, index): VersionPoint => ({ file: pathOf(index), format: "yaml", path: "server.version", optional: false }),
    )
    const layout = { versionPath: "VERSION", manifestPath: "manifest.json", points, manifestNow: false }
    const calls = github.calls.length
    const seconds = await secondsOf(async () => {
      const asked = { version: "1.6.1.44", force: false, dryRun: false }
      const { files: changed } = await setVersion(asked, workspace, layout, "bench")
      if (changed.length !== POINTS + 1) throw new Error(`${changed.length} files were changed`)
    })
    const asked = github.calls.length - calls
    const gitSeconds = await secondsOf(() => byHand(join(directory, `${REPOSITORY}.git`), join(directory, "clone")))
    return { files: FILES, points: POINTS, seconds, calls: asked, gitSeconds }
  } finally {
    await github.close()
  }
}

async function byHand(repository: string, clone: string): Promise<void> {
  const git = (...args: string[]) =>
    promisify(execFile)("git", ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", ...args])
  await git("clone", "-q", repository, clone)
  for (const path of ["VERSION", ...Array.from({ length: POINTS }, (_, index) => pathOf(index))]) {
    const text = await readFile(join(clone, path), "utf8")
    await writeFile(join(clone, path), text.replace("1.6.1.44", "1.6.1.45"))
  }
  await git("-C", clone, "commit", "-qam", "1.6.1.45")
  await git("-C", clone, "push", "-q")
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
