import { type Answer, json, notFound, Refusal } from "./answer.ts"
import { type Call, repositoryOf } from "./call.ts"
import { readEntry, readTree, resolveOid } from "./git.ts"
import type { World } from "./world.ts"

/** GitHub lists no more entries at once. */
const maxEntries = 100_000

interface Listed {
  path: string
  mode: string
  type: string
  sha: string
  /** Of files only, in bytes. */
  size?: number
  /** Not of submodules. */
  url?: string
}

/** GET /repos/{owner}/{repo}/git/trees/{sha}: a branch's, tag's, commit's or tree's entries; with `recursive`, whatever it says, those below too. */
export async function getTree(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const { gitdir, owner, name, branch } = repository
  if ((await resolveOid(gitdir, `refs/heads/${branch}`)) === undefined)
    throw new Refusal(409, "Git Repository is empty.")
  const named = await resolveOid(gitdir, call.params.sha ?? "")
  const root = named === undefined ? undefined : await readTree(gitdir, named)
  if (root === undefined) throw notFound()
  const git = `${call.bases.api}/repos/${owner}/${name}/git`
  const tree = await list(gitdir, git, root.oid, call.query.has("recursive"))
  return json({
    sha: root.oid,
    url: `${git}/trees/${root.oid}`,
    tree: tree.slice(0, maxEntries),
    truncated: tree.length > maxEntries,
  })
}

async function list(gitdir: string, git: string, root: string, recursive: boolean, folder = ""): Promise<Listed[]> {
  const listed: Listed[] = []
  for (const { path: name, mode, type, oid: sha } of (await readTree(gitdir, root))?.entries ?? []) {
    const entry = { path: folder + name, mode, type, sha }
    if (type === "commit") listed.push(entry)
    else if (type === "blob")
      listed.push({ ...entry, size: await sizeOf(gitdir, root, name), url: `${git}/blobs/${sha}` })
    else {
      listed.push({ ...entry, url: `${git}/trees/${sha}` })
      if (recursive) listed.push(...(await list(gitdir, git, sha, recursive, `${entry.path}/`)))
    }
  }
  return listed
}

async function sizeOf(gitdir: string, tree: string, name: string): Promise<number> {
  const entry = await readEntry(gitdir, tree, name)
  return entry?.type === "blob" ? entry.bytes.length : 0
}
