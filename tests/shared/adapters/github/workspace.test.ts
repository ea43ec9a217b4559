import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Github } from "../../../../infra/local/github/index.ts"
import { githubWorkspace } from "../../../../shared/adapters/github/workspace.ts"
import type { Workspace } from "../../../../shared/ports/workspace.ts"
import { start, token } from "./start.ts"

const graphqlError = (type: string, message: string) => ({
  kind: "status" as const,
  status: 200,
  body: { data: { createCommitOnBranch: null }, errors: [{ type, message, path: ["createCommitOnBranch"] }] },
})

describe("github workspace", () => {
  let server: Awaited<ReturnType<typeof start>>
  let github: Github
  let workspace: Workspace
  let repository: string
  let count = 0

  beforeAll(async () => {
    server = await start({ tokens: { [token]: "write", reader: "read" } })
    github = server.github
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    repository = `acme/code${++count}`
    await github.createRepository(repository, { files: { VERSION: "1\n", "docs/guide.md": "Guide.\n" } })
    workspace = githubWorkspace(await server.connect(), repository, "main")
    github.setIntercept(undefined)
  })

  const version = (text: string) => new Map([["VERSION", text]])
  const failCommit = (fault: ReturnType<typeof graphqlError> | { kind: "lose-answer" | "refuse-before" }) =>
    github.setIntercept(({ operation }) => (operation === "graphql/createCommitOnBranch" ? fault : undefined))

  it("reads everything with one call", async () => {
    const before = github.calls.length
    await workspace.read(["VERSION", "docs/guide.md", "absent"])
    expect(github.calls.length - before).toBe(1)
  })

  it.each([
    [
      "as a fault beside the data",
      [{ type: "NOT_FOUND", path: ["repository", "ref", "target", "file1"], message: "No." }],
    ],
    ["with nothing", undefined],
  ])("takes a file for absent that GitHub answers %s", async (_, errors) => {
    const target = { oid: "a".repeat(40), file0: { object: { text: "1\n", isTruncated: false } }, file1: null }
    const body = { data: { repository: { ref: { target } } }, errors }
    github.setIntercept(() => ({ kind: "status", status: 200, body }))
    expect(await workspace.read(["VERSION", "absent"])).toEqual({ head: target.oid, files: version("1\n") })
  })

  it("names the branch that is not there", async () => {
    const elsewhere = githubWorkspace(await server.connect(), repository, "release")
    const fault = { code: "GITHUB_NOT_FOUND", message: `${repository} has no branch release` }
    await expect(elsewhere.read(["VERSION"])).rejects.toMatchObject(fault)
  })

  it("names the repository that is not there", async () => {
    const elsewhere = githubWorkspace(await server.connect(), "acme/nowhere", "main")
    const fault = { code: "GITHUB_NOT_FOUND", message: expect.stringContaining("acme/nowhere") }
    await expect(elsewhere.read(["VERSION"])).rejects.toMatchObject(fault)
  })

  it("refuses a folder where a file is configured", async () => {
    const fault = { code: "GITHUB_REFUSED", message: expect.stringContaining("docs") }
    await expect(workspace.read(["docs"])).rejects.toMatchObject(fault)
  })

  it.each([
    ["binary", { text: null, isTruncated: false, byteSize: 5 }, "is not text"],
    ["too large", { text: "begin", isTruncated: true, byteSize: 900_000 }, "is too large"],
  ])("refuses a file that is %s", async (_, object, reason) => {
    const commit = { oid: "a".repeat(40), file0: { object } }
    const body = { data: { repository: { ref: { target: commit } } } }
    github.setIntercept(() => ({ kind: "status", status: 200, body }))
    const fault = { code: "GITHUB_REFUSED", message: expect.stringContaining(reason) }
    await expect(workspace.read(["VERSION"])).rejects.toMatchObject(fault)
  })

  it("takes a commit with the same content for its own", async () => {
    const { head } = await workspace.read([])
    const commit = await workspace.commit({ head, message: "two", files: version("2\n") })
    expect(await workspace.commit({ head, message: "two", files: version("2\n") })).toBe(commit)
    expect(await github.commits(repository)).toHaveLength(2)
  })

  it("finds its commit under somebody else's when the answer was lost", async () => {
    const { head } = await workspace.read([])
    let push: Promise<string> | undefined
    github.setIntercept(async ({ operation }) => {
      if (operation === "graphql/createCommitOnBranch") return { kind: "lose-answer" }
      if (operation === "graphql/repository") push ??= github.pushFile(repository, "other", "x", "other")
      await push
      return undefined
    })
    expect(await workspace.commit({ head, message: "two", files: version("2\n") })).toBe(await push)
    expect((await github.commits(repository)).map(({ message }) => message)).toEqual(["other", "two", "Initial commit"])
  })

  it("says that the branch moved when the commit never arrived and somebody else's did", async () => {
    const { head } = await workspace.read([])
    await github.pushFile(repository, "other", "x", "other")
    failCommit({ kind: "refuse-before" })
    const commit = workspace.commit({ head, message: "two", files: version("2\n") })
    await expect(commit).rejects.toMatchObject({ code: "WORKSPACE_MOVED", retryable: true })
    expect(await github.readFile(repository, "VERSION")).toBe("1\n")
  })

  it.each([
    ["BRANCH_PROTECTION_RULE_VIOLATION", "Changes must be made through a pull request.", "WORKSPACE_REFUSED"],
    ["UNPROCESSABLE", "Repository rule violations found", "WORKSPACE_REFUSED"],
    ["FORBIDDEN", "Resource not accessible by integration", "GITHUB_FORBIDDEN"],
    ["NOT_FOUND", "Could not resolve to a Repository", "GITHUB_FORBIDDEN"],
    ["STALE_DATA", "Expected branch to point to something else", "WORKSPACE_MOVED"],
  ])("turns %s into a code", async (type, message, code) => {
    const { head } = await workspace.read([])
    failCommit(graphqlError(type, message))
    const commit = workspace.commit({ head, message: "two", files: version("2\n") })
    await expect(commit).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it("commits nothing with credentials that may only read", async () => {
    const readonly = githubWorkspace(await server.connect({ auth: { token: () => "reader" } }), repository, "main")
    const { head } = await readonly.read([])
    const commit = readonly.commit({ head, message: "two", files: version("2\n") })
    await expect(commit).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" })
    expect(await github.commits(repository)).toHaveLength(1)
  })

  it("gives a commit its first line as headline and the rest as body", async () => {
    const { head } = await workspace.read([])
    await workspace.commit({ head, message: "release: v2\n\nBy Slipway.\n", files: version("2\n") })
    expect((await github.commits(repository))[0]?.message).toBe("release: v2\n\nBy Slipway.")
  })
})
