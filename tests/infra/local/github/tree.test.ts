import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Placed } from "../../../../infra/local/github/index.ts"
import { type LookAlike, startLookAlike } from "./look-alike.ts"

const elsewhere = "c".repeat(40)
const files: Record<string, string | Placed> = {
  VERSION: "1.0.0.0\n",
  "bin/run": { mode: "100755", content: "#!/bin/sh\n" },
  "bin/deep/er/file.txt": "deep\n",
  link: { mode: "120000", content: "VERSION" },
  logo: { mode: "100644", content: Buffer.from([0, 255]) },
  module: { mode: "160000", content: elsewhere },
}
const document = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid tree { oid } } }
}`

describe("trees of the GitHub look-alike", () => {
  let hub: LookAlike
  let git: (...args: string[]) => string
  beforeAll(async () => {
    hub = await startLookAlike({ repository: { files } })
    const gitdir = join(hub.directory, "acme", "app.git")
    git = (...args) => execFileSync("git", ["--git-dir", gitdir, ...args], { encoding: "utf8" }).trim()
  })
  afterAll(() => hub.close())

  const treeOf = async (name: string) => (await hub.api("GET", `/repos/acme/app/git/trees/${name}`)).json
  /** As `git ls-tree` writes it. */
  const lines = (tree: { mode: string; type: string; sha: string; path: string }[]) =>
    tree.map(({ mode, type, sha, path }) => `${mode} ${type} ${sha}\t${path}`).join("\n")
  const commit = async (additions: { path: string; contents: string }[]) => {
    const input = {
      branch: { repositoryNameWithOwner: "acme/app", branchName: "main" },
      expectedHeadOid: (await hub.github.commits("acme/app"))[0]?.oid,
      message: { headline: "change" },
      fileChanges: { additions },
    }
    return (await hub.graphql(document, { input })).json
  }

  it("lists what git lists, by branch, commit and tree", async () => {
    const listed = await treeOf("main?recursive=1")
    expect(lines(listed.tree)).toBe(git("ls-tree", "-r", "-t", "main"))
    expect(listed).toMatchObject({ sha: git("rev-parse", "main^{tree}"), truncated: false })
    expect(await treeOf(`${git("rev-parse", "main")}?recursive=0`)).toEqual(listed)
    expect(await treeOf(`${listed.sha}?recursive=true`)).toEqual(listed)
    expect(lines((await treeOf("main")).tree)).toBe(git("ls-tree", "main"))
    expect(listed.tree.find(({ path }: { path: string }) => path === "bin/run").size).toBe(10)
  })

  it("says 404 of what is no tree, and 409 of a repository without a commit", async () => {
    expect((await hub.api("GET", "/repos/acme/app/git/trees/nowhere")).status).toBe(404)
    await hub.github.createRepository("acme/empty")
    expect((await hub.api("GET", "/repos/acme/empty/git/trees/main")).status).toBe(409)
  })

  it("tells files, links, folders and submodules apart by their mode", async () => {
    const paths = ["VERSION", "bin/run", "link", "bin", "module", "VERSION/below"]
    const asked = paths.map(
      (path, index) => `f${index}: file(path: "${path}") { mode type oid object { ... on Blob { text } } }`,
    )
    const { json } = await hub.graphql(
      `{ repository(owner: "acme", name: "app") { ref(qualifiedName: "refs/heads/main") {
        target { ... on Commit { tree { oid } ${asked.join(" ")} } } } } }`,
    )
    expect(json.data.repository.ref.target).toMatchObject({
      tree: { oid: git("rev-parse", "main^{tree}") },
      f0: { mode: 33188, type: "blob", oid: git("rev-parse", "main:VERSION"), object: { text: "1.0.0.0\n" } },
      f1: { mode: 33261, type: "blob", object: { text: "#!/bin/sh\n" } },
      f2: { mode: 40960, type: "blob", object: { text: "VERSION" } },
      f3: { mode: 16384, type: "tree" },
      f4: { mode: 57344, type: "commit", oid: elsewhere, object: null },
      f5: null,
    })
  })

  it("keeps the mode of a file it commits", async () => {
    const { errors } = await commit([{ path: "bin/run", contents: Buffer.from("#!/bin/bash\n").toString("base64") }])
    expect(errors).toBeUndefined()
    expect(git("ls-tree", "main", "bin/run", "link", "module").replace(/ \w{40}/g, "")).toBe(
      "100755 blob\tbin/run\n120000 blob\tlink\n160000 commit\tmodule",
    )
    expect(git("diff", "--numstat", "main~1", "main")).toBe("1\t1\tbin/run")
    expect(git("fsck", "--strict", "--full")).toBe("")
  })

  it.each([
    ["classic", "BRANCH_PROTECTION_RULE_VIOLATION"],
    ["ruleset", "UNPROCESSABLE"],
  ] as const)("commits nothing to a branch with %s protection", async (protection, type) => {
    const before = git("rev-parse", "main")
    hub.github.protectBranch("acme/app", "main", protection)
    const { data, errors } = await commit([{ path: "VERSION", contents: "Mgo=" }])
    expect(data).toEqual({ createCommitOnBranch: null })
    expect(errors).toMatchObject([{ type, message: expect.stringContaining("through a pull request") }])
    expect(git("rev-parse", "main")).toBe(before)
  })
})
