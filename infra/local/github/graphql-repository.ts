import { notFound, Refusal } from "./answer.ts"
import { allowed, type Call } from "./call.ts"
import { committedAt } from "./commit-json.ts"
import { type Entry, history, readCommit, readEntry, readTree, resolveOid } from "./git.ts"
import { connection, type Window } from "./graphql-connection.ts"
import { releaseNode } from "./graphql-release.ts"
import { latest, listed, publishedWith } from "./releases.ts"
import type { Repository } from "./state.ts"
import type { World } from "./world.ts"

/** Longer texts are cut. */
const maxText = 512_000 // bytes

/** An error with the type that GitHub puts beside its message. */
export const typed = (type: FaultType, message: string) => Object.assign(new Error(message), { extensions: { type } })

type FaultType = "NOT_FOUND" | "FORBIDDEN" | "STALE_DATA" | "UNPROCESSABLE" | "BRANCH_PROTECTION_RULE_VIOLATION"

/** The repository, or the error GraphQL has for what REST answers with 404 and 403. */
export function visible(call: Call, world: World, fullName: string, need: "read" | "write" = "read"): Repository {
  try {
    return allowed(call.caller, world, fullName, need)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.answer.status !== 404) throw typed("FORBIDDEN", error.message)
    throw typed("NOT_FOUND", `Could not resolve to a Repository with the name '${fullName}'.`)
  }
}

/** A repository as GraphQL shows it. Fields are functions where finding out costs something. */
export function repositoryNode(repository: Repository, call: Call) {
  const { gitdir, owner, name, branch } = repository
  const level = call.caller.level(repository)
  return {
    __typename: "Repository",
    id: `R_${repository.id}`,
    databaseId: repository.id,
    name,
    nameWithOwner: `${owner}/${name}`,
    owner: { __typename: "User", login: owner, id: `U_${owner}` },
    url: `${call.bases.web}/${owner}/${name}`,
    isPrivate: repository.private,
    visibility: repository.private ? "PRIVATE" : "PUBLIC",
    isArchived: false,
    isFork: false,
    hasIssuesEnabled: true,
    createdAt: repository.createdAt,
    isEmpty: async () => (await resolveOid(gitdir, `refs/heads/${branch}`)) === undefined,
    viewerPermission: level === "write" ? "WRITE" : level === "read" || !repository.private ? "READ" : null,
    viewerCanAdminister: false,
    defaultBranchRef: () => refNode(repository, call, `refs/heads/${branch}`),
    ref: ({ qualifiedName }: { qualifiedName: string }) => refNode(repository, call, qualifiedName),
    object: ({ expression, oid }: { expression?: string; oid?: string }) =>
      objectNode(repository, call, expression ?? oid ?? "HEAD"),
    latestRelease: () => {
      const found = latest(repository)
      return found === undefined ? null : releaseNode(found, repository, call)
    },
    release: ({ tagName }: { tagName: string }) => {
      // Finds drafts too, for those who may see them.
      const all = listed({ ...repository, frozen: [...repository.releases.values()] }, call)
      const found = publishedWith(repository, tagName) ?? all.find((release) => release.tag === tagName)
      return found === undefined ? null : releaseNode(found, repository, call)
    },
    releases: (window: Window & { orderBy?: { direction: "ASC" | "DESC" } }) => {
      const newestFirst = listed(repository, call)
      const all = window.orderBy?.direction === "DESC" ? newestFirst : newestFirst.toReversed()
      return connection(all, window, (release) => releaseNode(release, repository, call))
    },
  }
}

async function refNode(repository: Repository, call: Call, qualifiedName: string) {
  const { gitdir } = repository
  const candidates = qualifiedName.startsWith("refs/")
    ? [qualifiedName]
    : [`refs/${qualifiedName}`, `refs/heads/${qualifiedName}`, `refs/tags/${qualifiedName}`]
  for (const full of candidates) {
    const oid = await resolveOid(gitdir, full)
    if (oid === undefined) continue
    const [, prefix = "", name = ""] = /^(refs\/[^/]+\/)(.+)$/.exec(full) ?? []
    return { __typename: "Ref", id: `REF_${full}`, name, prefix, target: () => commitNode(repository, call, oid) }
  }
  return null
}

/** What an expression of git's names: a commit, or `commit:path` for a file or folder. */
async function objectNode(repository: Repository, call: Call, expression: string) {
  const colon = expression.indexOf(":")
  const name = colon < 0 ? expression : expression.slice(0, colon)
  const oid = await resolveOid(repository.gitdir, name)
  if (oid === undefined) return null
  if (colon < 0) return commitNode(repository, call, oid)
  const entry = await readEntry(repository.gitdir, oid, expression.slice(colon + 1))
  return entry === undefined ? null : entryNode(entry)
}

/** A commit as GraphQL shows it. */
export async function commitNode(repository: Repository, call: Call, oid: string): Promise<Record<string, unknown>> {
  const { gitdir, owner, name } = repository
  const found = await readCommit(gitdir, oid)
  if (found === undefined) throw notFound()
  const { commit } = found
  const message = commit.message.trimEnd()
  const person = (who: typeof commit.author) => ({ name: who.name, email: who.email, date: committedAt(who.timestamp) })
  return {
    __typename: "Commit",
    id: `C_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    url: `${call.bases.web}/${owner}/${name}/commit/${oid}`,
    message,
    messageHeadline: message.split("\n")[0],
    messageBody: message.split("\n").slice(1).join("\n").trim(),
    committedDate: committedAt(commit.committer.timestamp),
    authoredDate: committedAt(commit.author.timestamp),
    author: person(commit.author),
    committer: person(commit.committer),
    tree: async () =>
      entryNode((await readTree(gitdir, oid)) ?? { type: "tree", oid: commit.tree, mode: "040000", entries: [] }),
    parents: (window: Window) => connection(commit.parent, window, (parent) => commitNode(repository, call, parent)),
    history: async (window: Window) =>
      connection(await history(gitdir, oid), window, (one) => commitNode(repository, call, one.oid)),
    file: async ({ path }: { path: string }) => {
      const entry = await readEntry(gitdir, oid, path)
      if (entry === undefined) return null
      const { type, oid: object, mode } = entry
      return {
        name: path.split("/").at(-1),
        path,
        type,
        oid: object,
        mode: parseInt(mode, 8),
        object: entryNode(entry),
      }
    },
  }
}

function entryNode(entry: Entry) {
  // A submodule's commit is in another repository.
  if (entry.type === "commit") return null
  if (entry.type === "tree") {
    const entries = entry.entries.map(({ path, type, oid, mode }) => ({
      name: path,
      path,
      type,
      oid,
      mode: parseInt(mode, 8),
    }))
    return { __typename: "Tree", id: `T_${entry.oid}`, oid: entry.oid, entries }
  }
  const bytes = Buffer.from(entry.bytes)
  const isTruncated = bytes.length > maxText
  // GitHub does not look into what it cuts.
  const isBinary = isTruncated ? null : bytes.includes(0)
  return {
    __typename: "Blob",
    id: `B_${entry.oid}`,
    oid: entry.oid,
    byteSize: bytes.length,
    isBinary,
    isTruncated,
    text: isBinary ? null : bytes.subarray(0, maxText).toString(),
  }
}
