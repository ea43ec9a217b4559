import { type Answer, json, notFound, Refusal } from "./answer.ts"
import { type Call, repositoryOf } from "./call.ts"
import { commitJson } from "./commit-json.ts"
import { history, readCommit, resolveOid } from "./git.ts"
import { page } from "./page.ts"
import type { World } from "./world.ts"

/** GET /repos/{owner}/{repo}/git/ref/{ref}, where the ref is `tags/…` or `heads/…`. */
export async function getRef(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const ref = `refs/${call.params.ref}`
  const sha = await resolveOid(repository.gitdir, ref)
  if (sha === undefined) throw notFound()
  const git = `${call.bases.api}/repos/${repository.owner}/${repository.name}/git`
  const object = { type: "commit", sha, url: `${git}/commits/${sha}` }
  return json({ ref, node_id: `REF_${sha}`, url: `${git}/${ref}`, object })
}

/** GET /repos/{owner}/{repo}/commits/{ref} */
export async function getCommit(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const oid = await resolveOid(repository.gitdir, call.params.ref ?? "")
  const found = oid === undefined ? undefined : await readCommit(repository.gitdir, oid)
  if (found === undefined) throw new Refusal(422, `No commit found for SHA: ${call.params.ref}`)
  return json(commitJson(found, repository, call.bases))
}

/** GET /repos/{owner}/{repo}/commits */
export async function listCommits(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const from = await resolveOid(repository.gitdir, call.query.get("sha") ?? repository.branch)
  if (from === undefined) throw new Refusal(409, "Git Repository is empty.")
  return page(call, await history(repository.gitdir, from), (one) => commitJson(one, repository, call.bases))
}

/** GET /repos/{owner}/{repo}/branches/{branch} */
export async function getBranch(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const name = call.params.branch ?? ""
  const oid = await resolveOid(repository.gitdir, `refs/heads/${name}`)
  const head = oid === undefined ? undefined : await readCommit(repository.gitdir, oid)
  if (head === undefined) throw new Refusal(404, "Branch not found")
  const self = `${call.bases.api}/repos/${repository.owner}/${repository.name}/branches/${name}`
  const html = `${call.bases.web}/${repository.owner}/${repository.name}/tree/${name}`
  const unprotected = { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } }
  return json({
    name,
    commit: commitJson(head, repository, call.bases),
    _links: { self, html },
    protected: false,
    protection: unprotected,
    protection_url: `${self}/protection`,
  })
}
