import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { githubPermissions } from "../../../../shared/adapters/github/permissions.ts"
import { newKeys } from "./app-keys.ts"
import { start, token } from "./start.ts"

const keys = newKeys()

describe("github permissions", () => {
  let server: Awaited<ReturnType<typeof start>>

  beforeAll(async () => {
    server = await start({
      tokens: { [token]: "write", reader: "read" },
      app: { id: "4711", publicKey: keys.publicKey },
      rateLimit: 5000,
    })
    await server.github.createRepository("acme/open", { files: { a: "a" }, immutableReleases: true })
    await server.github.createRepository("acme/hidden", { files: { a: "a" }, private: true })
  })
  afterAll(() => server.close())

  const app = (privateKey: () => string) => server.connect({ auth: { appId: "4711", privateKey } })

  afterEach(() => server.github.setIntercept(undefined))

  /** Has the look-alike answer something of its own. */
  function answer(operation: string, body: object, headers: Record<string, string> = {}): void {
    server.github.setIntercept((seen) =>
      seen.operation === operation ? { kind: "status", status: 200, headers, body } : undefined,
    )
  }

  it("tells what a token may do, with reads only", async () => {
    const before = server.github.calls.length
    const found = await githubPermissions(await server.connect(), ["acme/open", "acme/hidden", "acme/nowhere"])
    expect(found).toEqual({
      login: "local",
      rateLimit: { limit: 5000, remaining: expect.any(Number), resetsAt: expect.stringMatching(/^20.*Z$/) },
      repositories: [
        access("acme/open", { immutable: true }),
        access("acme/hidden", { private: true, immutable: false }),
        { ...access("acme/nowhere"), exists: false, canRead: false, canWrite: false },
      ],
    })
    expect(server.github.calls.slice(before).filter(({ write }) => write)).toEqual([])
  })

  it("sees a token that may only read", async () => {
    const client = await server.connect({ auth: { token: () => "reader" } })
    const { repositories } = await githubPermissions(client, ["acme/open"])
    expect(repositories).toMatchObject([{ canRead: true, canWrite: false }])
  })

  it("refuses a token that GitHub does not know", async () => {
    const client = await server.connect({ auth: { token: () => "who" } })
    await expect(githubPermissions(client, ["acme/open"])).rejects.toMatchObject({ code: "GITHUB_UNAUTHORIZED" })
  })

  it("tells what an App may do", async () => {
    const found = await githubPermissions(await app(() => keys.privateKey), ["acme/open"])
    const lacking = ["administration: read, to see whether releases are immutable"]
    const repositories = [access("acme/open", { immutable: true, lacking })]
    expect(found).toMatchObject({ login: "slipway", repositories })
  })

  it.each<[string, Record<string, string>, boolean, object]>([
    ["exactly enough", { administration: "read", contents: "write", issues: "write" }, true, {}],
    [
      "too much",
      { administration: "write", actions: "read", contents: "write" },
      false,
      { excess: ["administration: write", "actions: read"] },
    ],
    [
      "issues where none are opened",
      { administration: "read", contents: "write", issues: "write" },
      false,
      { excess: ["issues: write"] },
    ],
    [
      "no issues where they are opened",
      { administration: "read", contents: "write", issues: "read" },
      true,
      { lacking: ["issues: write, for the incident in alerts.issuesIn"] },
    ],
    [
      "nothing to write with",
      { administration: "read", contents: "read" },
      false,
      { canWrite: false, missing: ["contents: write"] },
    ],
  ])("tells an App that has %s", async (_, permissions, incidents, more) => {
    const client = await app(() => keys.privateKey)
    await client.rest("acme/open", "GET /repos/{owner}/{repo}")
    answer("apps/get-repo-installation", { permissions: { metadata: "read", ...permissions } })
    const { repositories } = await githubPermissions(client, ["acme/open"], { incidents })
    expect(repositories).toEqual([access("acme/open", { immutable: true, ...more })])
  })

  it.each<[string, string | undefined, string[], string[]]>([
    ["classic, with just enough", "public_repo", ["acme/open"], []],
    ["classic, with a private repository", "repo, workflow", ["acme/open", "acme/hidden"], []],
    ["classic, with more", "admin:org, delete_repo, repo", ["acme/open"], ["excess admin:org", "excess delete_repo"]],
    ["classic, without enough", "public_repo", ["acme/hidden"], ["missing repo", "may not write"]],
    ["classic, with something else", "gist", ["acme/open"], ["missing public_repo", "excess gist", "may not write"]],
    ["fine-grained, which tells nothing", undefined, ["acme/hidden"], []],
    ["an App's user's, which tells nothing", "", ["acme/open"], []],
  ])("reads the scopes of a token: %s", async (_, scopes, names, told) => {
    answer("users/get-authenticated", { login: "local" }, scopes === undefined ? {} : { "x-oauth-scopes": scopes })
    const [first = "", ...rest] = names
    const { repositories } = await githubPermissions(await server.connect(), [first, ...rest])
    const found = repositories.flatMap(({ missing, excess, canWrite }) => [
      ...missing.map((each) => `missing ${each}`),
      ...excess.map((each) => `excess ${each}`),
      ...(canWrite ? [] : ["may not write"]),
    ])
    expect(found).toEqual(told)
  })
})

function access(repository: string, more: object = {}) {
  const rights = { exists: true, private: false, canRead: true, canWrite: true, missing: [], excess: [], lacking: [] }
  return { repository, ...rights, ...more }
}
