import { basename } from "node:path/posix"
import { type Answer, json, notFound, Refusal } from "./answer.ts"
import { type Call, fieldsOf, repositoryOf } from "./call.ts"
import { commitSummary } from "./commit-json.ts"
import { commit, type Entry, readCommit, readEntry, resolveOid } from "./git.ts"
import type { Repository } from "./state.ts"
import type { World } from "./world.ts"

/** GET /repos/{owner}/{repo}/contents/{path}: a file (raw where asked for) or a folder's list. */
export async function getContents(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const path = call.params.path ?? ""
  const ref = call.query.get("ref") ?? repository.branch
  const oid = await resolveOid(repository.gitdir, ref)
  if (oid === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`)
  const entry = await readEntry(repository.gitdir, oid, path)
  if (entry === undefined || entry.type === "commit") throw notFound()
  if (entry.type === "tree") return json(folderJson(call, repository, ref, path, entry))
  const accept = call.request.headers.accept ?? ""
  if (/\.raw\b/.test(accept)) {
    const headers = { "content-type": "application/vnd.github.raw+json; charset=utf-8" }
    return { status: 200, headers, text: Buffer.from(entry.bytes).toString() }
  }
  const content = Buffer.from(entry.bytes).toString("base64").replace(/.{60}/g, "$&\n")
  const facts = { type: "file", size: entry.bytes.length, sha: entry.oid }
  return json({ ...fileJson(call, repository, ref, path, facts), content, encoding: "base64" })
}

/** PUT /repos/{owner}/{repo}/contents/{path}: one file in one commit; the `sha` is that of the file being replaced. */
export async function putContents(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  const { message, content, sha, branch } = fieldsOf(call)
  const path = call.params.path ?? ""
  if (typeof message !== "string" || typeof content !== "string") {
    throw new Refusal(422, 'Invalid request.\n\n"message" and "content" weren\'t supplied.')
  }
  const bytes = Buffer.from(content, "base64")
  const onto = typeof branch === "string" ? branch : repository.branch
  return repository.exclusive(async () => {
    const head = await resolveOid(repository.gitdir, `refs/heads/${onto}`)
    if (head === undefined && onto !== repository.branch) throw new Refusal(404, `Branch ${onto} not found`)
    const before = head === undefined ? undefined : await readEntry(repository.gitdir, head, path)
    if (before?.type === "blob" && sha === undefined)
      throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if (sha !== undefined && before?.oid !== sha) throw new Refusal(409, `${path} does not match ${sha}`)
    const change = { head, changes: new Map([[path, bytes]]), message, author: call.caller.login, at: world.now() }
    const oid = await commit(repository.gitdir, onto, change)
    const [made, entry] = [await readCommit(repository.gitdir, oid), await readEntry(repository.gitdir, oid, path)]
    if (made === undefined || entry === undefined) throw notFound()
    const facts = { type: "file", size: bytes.length, sha: entry.oid }
    const answer = {
      content: fileJson(call, repository, onto, path, facts),
      commit: commitSummary(made, repository, call.bases),
    }
    return json(answer, before === undefined ? 201 : 200)
  })
}

function folderJson(
  call: Call,
  repository: Repository,
  ref: string,
  path: string,
  tree: Extract<Entry, { type: "tree" }>,
) {
  return tree.entries.map((entry) => {
    const facts = { type: entry.type === "tree" ? "dir" : "file", size: 0, sha: entry.oid }
    return fileJson(call, repository, ref, path === "" ? entry.path : `${path}/${entry.path}`, facts)
  })
}

function fileJson(
  call: Call,
  repository: Repository,
  ref: string,
  path: string,
  facts: { type: string; size: number; sha: string },
) {
  const { owner, name } = repository
  const encoded = path.split("/").map(encodeURIComponent).join("/")
  const kind = facts.type === "dir" ? "tree" : "blob"
  const self = `${call.bases.api}/repos/${owner}/${name}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const git = `${call.bases.api}/repos/${owner}/${name}/git/${kind}s/${facts.sha}`
  const html = `${call.bases.web}/${owner}/${name}/${kind}/${ref}/${encoded}`
  return {
    ...facts,
    name: basename(path),
    path,
    url: self,
    git_url: git,
    html_url: html,
    download_url: facts.type === "dir" ? null : `${call.bases.web}/${owner}/${name}/raw/${ref}/${encoded}`,
    _links: { self, git, html },
  }
}
