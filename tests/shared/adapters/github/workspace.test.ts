import { createHash } from "node:crypto"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Github, Placed } from "../../../../infra/local/github/index.ts"
import { githubWorkspace } from "../../../../shared/adapters/github/workspace.ts"
import type { Workspace } from "../../../../shared/ports/workspace.ts"
import { start, token } from "./start.ts"

const graphqlError = (type: string | undefined, message: string) => ({
  kind: "status" as const,
  status: 200,
  body: { data: { createCommitOnBranch: null }, errors: [{ type, message, path: ["createCommitOnBranch"] }] },
})

const idOf = (text: string, algorithm = "sha1") =>
  createHash(algorithm)
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest("hex")

/** What GitHub answers for a file that says `1`, or almost. */
const entry = (object: object) => ({
  oid: idOf("1\n"),
  mode: 33188,
  object: { text: "1\n", isBinary: false, isTruncated: false, ...object },
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

  const answerWith = (files: Record<string, unknown>) => {
    const target = { oid: "a".repeat(40), tree: { oid: "b".repeat(40) }, ...files }
    github.setIntercept(() => ({ kind: "status", status: 200, body: { data: { repository: { ref: { target } } } } }))
  }
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
    const target = { oid: "a".repeat(40), tree: { oid: "b".repeat(40) }, file0: entry({}), file1: null }
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

  it("reads the head alone", async () => {
    const { head } = await workspace.read(["VERSION"])
    expect(await workspace.read([])).toEqual({ head, files: new Map() })
  })

  it.each<[string, Placed]>([
    ["is a symbolic link", { mode: "120000", content: "VERSION" }],
    ["is a submodule", { mode: "160000", content: "c".repeat(40) }],
    ["is not text", { mode: "100644", content: Buffer.from([1, 0, 2]) }],
    ["is not UTF-8", { mode: "100644", content: Buffer.from("Caf\xe9\n", "latin1") }],
    ["is too large", { mode: "100644", content: "x".repeat(600_000) }],
  ])("refuses a file that %s", async (reason, file) => {
    await github.pushFile(repository, "odd.txt", file, "odd")
    const fault = { code: "FILE_UNREADABLE", message: `odd.txt in ${repository} cannot be read: it ${reason}` }
    await expect(workspace.read(["VERSION", "odd.txt"])).rejects.toMatchObject(fault)
  })

  it("refuses a folder where a file is configured", async () => {
    const fault = { code: "FILE_UNREADABLE", message: `docs in ${repository} cannot be read: it is a folder` }
    await expect(workspace.read(["docs"])).rejects.toMatchObject(fault)
  })

  it.each([
    ["was read as another encoding", entry({ text: "1" })],
    ["GitHub says is binary", entry({ isBinary: true })],
    ["GitHub does not show", entry({ text: null })],
    ["is of another object format", { ...entry({}), oid: "0".repeat(64) }],
  ])("refuses a text that %s", async (_, file0) => {
    answerWith({ file0 })
    await expect(workspace.read(["VERSION"])).rejects.toMatchObject({ code: "FILE_UNREADABLE" })
  })

  it.each([
    ["of SHA-256", "1\n", { ...entry({}), oid: idOf("1\n", "sha256") }],
    ["whose byte-order mark GitHub leaves out", "\uFEFF1\n", { ...entry({}), oid: idOf("\uFEFF1\n") }],
  ])("takes a text %s for what its id says", async (_, text, file0) => {
    answerWith({ file0 })
    expect((await workspace.read(["VERSION"])).files).toEqual(version(text))
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
    [undefined, "Repository rule violations found", "WORKSPACE_REFUSED"],
    ["FORBIDDEN", "Repository rule violations found", "WORKSPACE_REFUSED"],
    ["FORBIDDEN", "Resource not accessible by integration", "GITHUB_FORBIDDEN"],
    ["NOT_FOUND", "Could not resolve to a Repository", "GITHUB_FORBIDDEN"],
    ["STALE_DATA", "Expected branch to point to something else", "WORKSPACE_MOVED"],
  ])("turns %s into a code", async (type, message, code) => {
    const { head } = await workspace.read([])
    failCommit(graphqlError(type, message))
    const commit = workspace.commit({ head, message: "two", files: version("2\n") })
    await expect(commit).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it.each(["classic", "ruleset"] as const)("is refused by a branch with %s protection", async (protection) => {
    const { head } = await workspace.read([])
    github.protectBranch(repository, "main", protection)
    const commit = workspace.commit({ head, message: "two", files: version("2\n") })
    const fault = { code: "WORKSPACE_REFUSED", message: expect.stringContaining("through a pull request") }
    await expect(commit).rejects.toMatchObject(fault)
    expect(await workspace.read(["VERSION"])).toEqual({ head, files: version("1\n") })
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
