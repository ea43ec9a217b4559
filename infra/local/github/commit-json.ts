import type { ReadCommitResult } from "isomorphic-git"
import { user } from "./account-json.ts"
import type { Bases } from "./call.ts"
import type { RepositoryState } from "./state.ts"

const unsigned = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null }

/** When a commit was made, as GitHub writes times. */
export const committedAt = (timestamp: number) => new Date(timestamp * 1000).toISOString().replace(".000Z", "Z")

/** A commit as the answer to writing one file shows it. */
export function commitSummary({ oid, commit }: ReadCommitResult, repository: RepositoryState, bases: Bases) {
  const { api, page } = placesOf(repository, bases)
  return {
    sha: oid,
    node_id: `C_${oid}`,
    url: `${api}/git/commits/${oid}`,
    html_url: `${page}/commit/${oid}`,
    author: person(commit.author),
    committer: person(commit.committer),
    message: commit.message.trimEnd(),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    parents: parentsOf(commit.parent, repository, bases),
    verification: unsigned,
  }
}

/** A commit as the commits API shows it. */
export function commitJson({ oid, commit }: ReadCommitResult, repository: RepositoryState, bases: Bases) {
  const { api, page } = placesOf(repository, bases)
  return {
    sha: oid,
    node_id: `C_${oid}`,
    url: `${api}/commits/${oid}`,
    html_url: `${page}/commit/${oid}`,
    comments_url: `${api}/commits/${oid}/comments`,
    commit: {
      url: `${api}/git/commits/${oid}`,
      author: person(commit.author),
      committer: person(commit.committer),
      message: commit.message.trimEnd(),
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      comment_count: 0,
      verification: unsigned,
    },
    author: user(commit.author.name, bases),
    committer: user(commit.committer.name, bases),
    parents: parentsOf(commit.parent, repository, bases),
  }
}

function parentsOf(parents: string[], repository: RepositoryState, bases: Bases) {
  const { api, page } = placesOf(repository, bases)
  return parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${page}/commit/${sha}` }))
}

const placesOf = ({ owner, name }: RepositoryState, bases: Bases) => ({
  api: `${bases.api}/repos/${owner}/${name}`,
  page: `${bases.web}/${owner}/${name}`,
})

const person = ({ name, email, timestamp }: { name: string; email: string; timestamp: number }) => ({
  name,
  email,
  date: committedAt(timestamp),
})
