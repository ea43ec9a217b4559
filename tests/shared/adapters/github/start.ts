import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "vitest"
import { type Github, type GithubOptions, startGithub } from "../../../../infra/local/github/index.ts"
import { type GithubAccess, githubClient } from "../../../../shared/adapters/github/client.ts"
import { githubContract } from "../../../github-contract.ts"

export const token = "local-token"

/**
 * A look-alike of GitHub in a directory of its own, and how to connect to it. `close` fails on any request or answer that
 * GitHub's own descriptions do not know.
 */
export async function start(options: Partial<GithubOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "slipway-github-"))
  const contract = githubContract()
  const github: Github = await startGithub({
    directory,
    observe: contract.observe,
    tokens: { [token]: "write" },
    ...options,
  })
  return {
    github,
    /** Where a repository lies, for the real git. */
    gitdir: (repository: string) => join(directory, `${repository}.git`),
    connect: (access: Partial<GithubAccess> = {}) =>
      githubClient({ apiUrl: github.url, auth: { token: () => token }, retryDelayMs: 1, ...access }),
    async close() {
      await github.close()
      await rm(directory, { recursive: true, force: true })
      expect(contract.checked).toBeGreaterThan(0)
      expect(contract.faults).toEqual([])
    },
  }
}
