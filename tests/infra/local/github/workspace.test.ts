import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type LookAlike, startLookAlike } from "./look-alike.ts"

const base64 = (text: string) => Buffer.from(text).toString("base64")
const document = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url message } }
}`

describe("the workspace of the GitHub look-alike", () => {
  let hub: LookAlike
  let head: string
  beforeEach(async () => {
    const files = { VERSION: "1.0.0.0\n", "server/config.yaml": "version: 1.0.0.0\n", "server/old.txt": "old\n" }
    hub = await startLookAlike({
      repository: { files },
      tokens: { "local-token": "write", reader: "read", stranger: "none" },
    })
    head = (await hub.github.commits("acme/app"))[0]?.oid ?? ""
  })
  afterEach(() => hub.close())

  const inputFor = (expectedHeadOid: string) => ({
    branch: { repositoryNameWithOwner: "acme/app", branchName: "main" },
    expectedHeadOid,
    message: { headline: "Version 2", body: "Because." },
    fileChanges: {
      additions: [
        { path: "VERSION", contents: base64("2.0.0.0\n") },
        { path: "docs/new/guide.md", contents: base64("Guide\r\n") },
      ],
      deletions: [{ path: "server/old.txt" }],
    },
  })

  it("reads the head and many files in one query, absent ones as null", async () => {
    const { json } = await hub.graphql(`{
      repository(owner: "acme", name: "app") {
        viewerPermission
        defaultBranchRef { name target { oid } }
        ref(qualifiedName: "refs/heads/main") {
          target { oid ... on Commit { file(path: "server/config.yaml") { object { ... on Blob { text } } } } }
        }
        version: object(expression: "${head}:VERSION") { ... on Blob { text isBinary byteSize oid isTruncated } }
        absent: object(expression: "main:nowhere/at/all") { ... on Blob { text } }
        folder: object(expression: "main:server") { ... on Tree { entries { name type } } }
      }
    }`)
    expect(json.errors).toBeUndefined()
    expect(json.data.repository).toMatchObject({
      viewerPermission: "WRITE",
      defaultBranchRef: { name: "main", target: { oid: head } },
      ref: { target: { oid: head, file: { object: { text: "version: 1.0.0.0\n" } } } },
      version: { text: "1.0.0.0\n", isBinary: false, byteSize: 8, isTruncated: false },
      absent: null,
      folder: {
        entries: [
          { name: "config.yaml", type: "blob" },
          { name: "old.txt", type: "blob" },
        ],
      },
    })
  })

  it("commits many files at once, and only on the expected head", async () => {
    const done = await hub.graphql(document, { input: inputFor(head) })
    const { oid } = done.json.data.createCommitOnBranch.commit
    expect(done.json.data.createCommitOnBranch.commit.message).toBe("Version 2\n\nBecause.")
    const { github } = hub
    expect(await github.readFile("acme/app", "VERSION")).toBe("2.0.0.0\n")
    expect(await github.readFile("acme/app", "docs/new/guide.md")).toBe("Guide\r\n")
    expect(await github.readFile("acme/app", "server/config.yaml")).toBe("version: 1.0.0.0\n")
    expect(await github.readFile("acme/app", "server/old.txt")).toBeUndefined()
    expect(await github.commits("acme/app")).toMatchObject([{ oid, parents: [head] }, { oid: head }])
    const stale = await hub.graphql(document, { input: inputFor(head) })
    expect(stale).toMatchObject({ status: 200, json: { data: { createCommitOnBranch: null } } })
    expect(stale.json.errors).toMatchObject([{ type: "STALE_DATA", path: ["createCommitOnBranch"] }])
    expect(await github.commits("acme/app")).toHaveLength(2)
  })

  it("lets exactly one of many commits on the same head through", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => hub.graphql(document, { input: inputFor(head) })))
    expect(all.filter(({ json }) => json.errors === undefined)).toHaveLength(1)
    expect(await hub.github.commits("acme/app")).toHaveLength(2)
  })

  it.each([
    ["a reader", "reader", 200, "FORBIDDEN"],
    ["a token nobody knows", "wrong", 401, undefined],
  ])("refuses the commit of %s", async (_, token, status, type) => {
    const refused = await hub.graphql(document, { input: inputFor(head) }, token)
    expect(refused.status).toBe(status)
    expect(refused.json.errors?.[0].type).toBe(type)
    expect(await hub.github.commits("acme/app")).toHaveLength(1)
  })

  it("says NOT_FOUND of a repository, a branch or a deletion that is not there", async () => {
    const repository = await hub.graphql('{ repository(owner: "acme", name: "nothing") { id } }')
    expect(repository.json).toMatchObject({
      data: { repository: null },
      errors: [{ type: "NOT_FOUND", path: ["repository"] }],
    })
    const input = inputFor(head)
    const branch = await hub.graphql(document, { input: { ...input, branch: { ...input.branch, branchName: "dev" } } })
    expect(branch.json.errors[0].type).toBe("NOT_FOUND")
    const fileChanges = { deletions: [{ path: "no" }] }
    const deletion = await hub.graphql(document, { input: { ...input, fileChanges } })
    expect(deletion.json.errors[0].type).toBe("UNPROCESSABLE")
  })

  it("refuses what GitHub's schema does not know", async () => {
    const { json } = await hub.graphql(
      '{ repository(owner: "acme", name: "app") { release(tagName: "v1") { digest } } }',
    )
    expect(json.errors[0].message).toContain('Cannot query field "digest"')
    expect(json.data).toBeUndefined()
    expect(hub.contract.faults.splice(0)).toHaveLength(1)
  })

  it("finds drafts by tag and lists releases", async () => {
    await hub.release("v1")
    await hub.release("v2", { draft: false })
    const query = `{ repository(owner: "acme", name: "app") {
      release(tagName: "v1") { isDraft databaseId }
      releases(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
        nodes { tagName isLatest } totalCount pageInfo { hasNextPage endCursor }
      }
    } }`
    expect((await hub.graphql(query)).json.data.repository).toMatchObject({
      release: { isDraft: true },
      releases: { nodes: [{ tagName: "v2", isLatest: true }], totalCount: 2, pageInfo: { hasNextPage: true } },
    })
    expect((await hub.graphql(query, undefined, "reader")).json.data.repository.release).toBeNull()
  })

  it("reads and writes single files through the Contents API", async () => {
    const path = "/repos/acme/app/contents/VERSION"
    const before = (await hub.api("GET", `${path}?ref=main`)).json
    expect(Buffer.from(before.content, "base64").toString()).toBe("1.0.0.0\n")
    const change = { message: "next", content: base64("2.0.0.0\n") }
    expect((await hub.api("PUT", path, change)).status).toBe(422)
    expect((await hub.api("PUT", path, { ...change, sha: before.sha })).status).toBe(200)
    const stale = await hub.api("PUT", path, { ...change, sha: before.sha })
    expect(stale).toMatchObject({ status: 409, json: { message: `VERSION does not match ${before.sha}` } })
    expect((await hub.api("PUT", "/repos/acme/app/contents/a/b.txt", change)).status).toBe(201)
    expect(await hub.github.readFile("acme/app", "a/b.txt")).toBe("2.0.0.0\n")
    expect((await hub.api("GET", `/repos/acme/app/contents/nothing`)).status).toBe(404)
  })

  it("shows branches, commits and refs", async () => {
    const moved = await hub.github.pushFile("acme/app", "VERSION", "3\n", "by somebody else")
    expect((await hub.api("GET", "/repos/acme/app/branches/main")).json.commit.sha).toBe(moved)
    expect((await hub.api("GET", "/repos/acme/app/commits/main")).json.commit.message).toBe("by somebody else")
    expect((await hub.api("GET", "/repos/acme/app/commits?per_page=1")).json).toHaveLength(1)
    expect((await hub.api("GET", "/repos/acme/app/git/ref/heads/main")).json.object.sha).toBe(moved)
    expect((await hub.api("GET", "/repos/acme/app/git/ref/tags/v9")).status).toBe(404)
  })

  it.skipIf(!installed("git"))("keeps repositories that git itself can read", async () => {
    await hub.graphql(document, { input: inputFor(head) })
    const gitdir = join(hub.directory, "acme", "app.git")
    const git = (...args: string[]) => execFileSync("git", ["--git-dir", gitdir, ...args], { encoding: "utf8" })
    expect(git("log", "-p", "--format=%s")).toContain("+2.0.0.0")
    expect(git("fsck", "--strict", "--full")).toBe("")
    expect(git("ls-tree", "-r", "--name-only", "main").trim().split("\n")).toEqual([
      "VERSION",
      "docs/new/guide.md",
      "server/config.yaml",
    ])
  })
})

function installed(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}
