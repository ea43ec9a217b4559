import { execFileSync } from "node:child_process"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Fault, Github } from "../../../../infra/local/github/index.ts"
import { githubWorkspace } from "../../../../shared/adapters/github/workspace.ts"
import type { Workspace } from "../../../../shared/ports/workspace.ts"
import { start } from "./start.ts"

const path = (index: number) => `pages/${index % 7}/page-${index}.txt`
const pages = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [path(index), `Page ${index}, version 1\n`]))

describe("patterns in a GitHub workspace", () => {
  let server: Awaited<ReturnType<typeof start>>
  let github: Github
  let workspace: Workspace
  let repository: string
  let count = 0

  beforeAll(async () => {
    server = await start()
    github = server.github
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    repository = `acme/pages${++count}`
    github.setIntercept(undefined)
    await github.createRepository(repository, { files: { VERSION: "1\n", "docs/a.md": "A\n", "docs/b.md": "B\n" } })
    workspace = githubWorkspace(await server.connect(), repository, "main")
    github.calls.length = 0
  })

  const operations = () => github.calls.map(({ operation }) => operation)
  /** Somebody pushes between the list and the query, so many times. */
  const moving = (times: number) => {
    let left = times
    github.setIntercept(async ({ operation }) => {
      if (operation === "graphql/repository" && left-- > 0)
        await github.pushFile(repository, `docs/new${left}.md`, `${left}\n`, "new")
      return undefined
    })
  }
  const listAs = (fault: Fault) =>
    github.setIntercept(({ operation }) => (operation === "git/get-tree" ? fault : undefined))
  const listWith = (body: unknown) => listAs({ kind: "status", status: 200, body })

  it("lists once and reads once", async () => {
    const { head, files } = await workspace.read(["docs/*.md", "VERSION", "docs/*a*", "absent"])
    expect(Object.fromEntries(files)).toEqual({ VERSION: "1\n", "docs/a.md": "A\n", "docs/b.md": "B\n" })
    expect(operations()).toEqual(["git/get-tree", "graphql/repository"])
    expect(head).toBe((await github.commits(repository))[0]?.oid)
  })

  it("reads again when the branch moves in between, so that no new file is missed", async () => {
    moving(2)
    const { head, files } = await workspace.read(["docs/*.md"])
    expect([...files.keys()]).toEqual(["docs/a.md", "docs/b.md", "docs/new0.md", "docs/new1.md"])
    expect(head).toBe((await github.commits(repository))[0]?.oid)
    expect(operations()).toHaveLength(6)
  })

  it("gives up on a branch that never stands still", async () => {
    moving(100)
    await expect(workspace.read(["docs/*.md"])).rejects.toMatchObject({ code: "WORKSPACE_MOVED", retryable: true })
    expect(operations()).toHaveLength(10)
  })

  it("takes a list under the commit's id for one of its tree", async () => {
    const { head } = await workspace.read([])
    listWith({ sha: head, truncated: false, tree: [{ path: "docs/a.md", type: "blob" }] })
    expect([...(await workspace.read(["docs/*"])).files.keys()]).toEqual(["docs/a.md"])
  })

  it("refuses patterns where GitHub lists only a part", async () => {
    listWith({ sha: "a".repeat(40), truncated: true, tree: [] })
    const fault = { code: "FILE_UNREADABLE", remedy: expect.stringContaining("Name the files") }
    await expect(workspace.read(["docs/*.md"])).rejects.toMatchObject(fault)
  })

  it.each<[string, Fault, string]>([
    ["is cut short", { kind: "status", status: 200, body: {} }, "GITHUB_FAILED"],
    ["is refused", { kind: "status", status: 403 }, "GITHUB_FORBIDDEN"],
    ["is lost", { kind: "refuse-before" }, "GITHUB_UNREACHABLE"],
  ])("fails when the list %s", async (_, fault, code) => {
    listAs(fault)
    await expect(workspace.read(["docs/*.md"])).rejects.toMatchObject({ code })
  })

  it("says what is not there", async () => {
    const connection = await server.connect()
    await github.createRepository("acme/empty")
    const absent = { code: "GITHUB_NOT_FOUND" }
    const read = (name: string, branch: string) => githubWorkspace(connection, name, branch).read(["*"])
    await expect(read(repository, "dev")).rejects.toMatchObject({
      ...absent,
      message: `${repository} has no branch dev`,
    })
    await expect(read("acme/empty", "main")).rejects.toMatchObject(absent)
    await expect(read("acme/nowhere", "main")).rejects.toMatchObject(absent)
  })

  it("reads 200 files of a pattern, or 40 by name, with one query, and commits them as git has it", async () => {
    await github.createRepository("acme/large", { files: { VERSION: "1\n", ...pages } })
    const large = githubWorkspace(await server.connect(), "acme/large", "main")
    const git = (...args: string[]) =>
      execFileSync("git", ["--git-dir", server.gitdir("acme/large"), ...args]).toString()
    const named = await large.read(Object.keys(pages).slice(0, 40))
    expect(named.files.size).toBe(40)
    const { head, files } = await large.read(["pages/**"])
    expect(operations().filter((one) => one === "graphql/repository")).toHaveLength(2)
    expect(Object.fromEntries(files)).toEqual(pages)
    const changed = new Map([...files].map(([path, text]) => [path, text.replace("1\n", "2\r\n")]))
    expect(await large.commit({ head, message: "two", files: changed })).toBe(git("rev-parse", "main").trim())
    const numstat = Object.keys(pages)
      .sort()
      .map((path) => `1\t1\t${path}\n`)
    expect(git("diff", "--numstat", head, "main")).toBe(numstat.join(""))
    expect(git("show", `main:${path(7)}`)).toBe(changed.get(path(7)))
  })

  it("refuses a pattern that means too much for one query", async () => {
    const tree = Array.from({ length: 251 }, (_, index) => ({ path: `docs/${index}`, type: "blob" }))
    listWith({ sha: "a".repeat(40), truncated: false, tree })
    const fault = { code: "FILE_UNREADABLE", message: expect.stringContaining("docs/* means 251 files") }
    await expect(workspace.read(["docs/*"])).rejects.toMatchObject(fault)
  })
})
