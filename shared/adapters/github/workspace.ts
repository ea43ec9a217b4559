import { isPattern } from "../../ports/path-pattern.ts"
import type { Workspace, WorkspaceFiles } from "../../ports/workspace.ts"
import { Problem } from "../../problem.ts"
import { expand, listTree } from "./branch-tree.ts"
import type { GithubClient } from "./client.ts"
import { type Entry, entryFields, entryText } from "./entry-text.ts"
import { type GraphqlFault, isProblem } from "./errors.ts"
import { answerLost, lookFirst } from "./look-first.ts"

const commitMutation = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`

/** How often a branch is listed that moves each time. */
const maxListings = 5

/** A branch of a repository on GitHub, read and written through GraphQL. */
export function githubWorkspace(client: GithubClient, repository: string, branch: string): Workspace {
  async function read(paths: readonly string[]): Promise<WorkspaceFiles> {
    if (!paths.some(isPattern)) return filesOf(await ask(paths), paths)
    // What is listed and what is read has to be one tree; a branch that moves in between is listed anew, by the tree that was met.
    let tree = branch
    for (let listing = 1; listing <= maxListings; listing++) {
      const listed = await list(tree)
      const named = expand(paths, listed.paths)
      const commit = await ask(named)
      // For a branch's name GitHub may put the commit's id beside the list.
      if (commit.tree.oid === listed.oid || commit.oid === listed.oid) return filesOf(commit, named)
      tree = commit.tree.oid
    }
    throw new Problem("WORKSPACE_MOVED", `${branch} of ${repository} moves faster than it can be read`)
  }

  async function list(tree: string) {
    try {
      return await listTree(client, repository, tree)
    } catch (error) {
      // What is not there, the branch or the repository, the query says better.
      if (isProblem(error, "GITHUB_NOT_FOUND", "GITHUB_REFUSED")) await ask([])
      throw error
    }
  }

  /** The branch's commit with its entries of some paths, in one request. */
  async function ask(paths: readonly string[]): Promise<Commit> {
    const [owner, name] = repository.split("/")
    const variables = Object.fromEntries(paths.map((path, index) => [`path${index}`, path]))
    const { data, faults } = await client.graphql(repository, readQuery(paths), {
      owner,
      name,
      ref: `refs/heads/${branch}`,
      ...variables,
    })
    const fault = faults.find((fault) => !isAbsentFile(fault))
    if (fault) throw readProblem(fault)
    const { repository: found } = data as ReadAnswer
    if (found?.ref === null)
      throw new Problem("GITHUB_NOT_FOUND", `${repository} has no branch ${branch}`, {
        remedy: "Check workspace.branch in the configuration file.",
      })
    const commit = found?.ref?.target
    if (typeof commit?.oid !== "string" || typeof commit.tree?.oid !== "string") throw cutShort()
    return commit as Commit
  }

  function filesOf(commit: Commit, paths: readonly string[]): WorkspaceFiles {
    const files = new Map<string, string>()
    for (const [index, path] of paths.entries()) {
      const entry = commit[`file${index}`]
      if (entry) files.set(path, entryText(entry, `${path} in ${repository}`))
    }
    return { head: commit.oid, files }
  }

  function readProblem(fault: GraphqlFault): Problem {
    return fault.type === "NOT_FOUND"
      ? new Problem("GITHUB_NOT_FOUND", `${repository} cannot be seen: ${fault.message}`)
      : new Problem("GITHUB_REFUSED", `Reading ${repository}: ${fault.message}`)
  }

  async function commit(change: Parameters<Workspace["commit"]>[0]): Promise<string> {
    const [headline = "", ...rest] = change.message.split("\n")
    const body = rest.join("\n").trim()
    const additions = [...change.files].map(([path, text]) => ({
      path,
      contents: Buffer.from(text, "utf8").toString("base64"),
    }))
    const input = {
      branch: { repositoryNameWithOwner: repository, branchName: branch },
      expectedHeadOid: change.head,
      message: { headline, ...(body && { body }) },
      fileChanges: { additions },
    }
    const write = async () => {
      const { data, faults } = await client.graphql(repository, commitMutation, { input })
      if (faults[0]) throw await commitProblem(faults[0])
      const oid = (data as CommitAnswer).createCommitOnBranch?.commit?.oid
      if (typeof oid !== "string") throw cutShort()
      return oid
    }
    // The branch may have moved by this very commit, whose answer was lost: then its content is already ours.
    const look = async () => {
      const now = await read([...change.files.keys()])
      if ([...change.files].every(([path, text]) => now.files.get(path) === text)) return now.head
      if (now.head !== change.head)
        throw new Problem(
          "WORKSPACE_MOVED",
          `${branch} of ${repository} is at ${now.head}, no longer at ${change.head}`,
        )
      return undefined
    }
    return lookFirst(write, look, (error) => answerLost(error) || isProblem(error, "WORKSPACE_MOVED"))
  }

  async function commitProblem({ type, message }: GraphqlFault): Promise<Problem> {
    const text = `GitHub did not commit to ${branch} of ${repository}: ${message}`
    if (type === "STALE_DATA") return new Problem("WORKSPACE_MOVED", text)
    if (type !== "NOT_FOUND") return new Problem("WORKSPACE_REFUSED", text)
    // Hidden, because it may not be written? A branch or repository that cannot be read either says so itself.
    await read([])
    return new Problem("GITHUB_FORBIDDEN", `${text}; yet it can be read`)
  }

  return { repository, read, commit }
}

/** Everything is asked of the one commit the branch points at, so nothing can move in between. */
function readQuery(paths: readonly string[]): string {
  const parameters = paths.map((_, index) => `, $path${index}: String!`).join("")
  const files = paths.map((_, index) => ` file${index}: file(path: $path${index}) { ...Text }`).join("")
  const query = `query ($owner: String!, $name: String!, $ref: String!${parameters}) {
    repository(owner: $owner, name: $name) {
      ref(qualifiedName: $ref) { target { oid ... on Commit { tree { oid }${files} } } }
    }
  }`
  return paths.length === 0 ? query : `${query} ${entryFields}`
}

interface Commit {
  oid: string
  tree: { oid: string }
  [file: `file${number}`]: Entry | null | undefined
}

interface ReadAnswer {
  repository?: { ref?: { target?: Partial<Commit> } | null } | null
}

interface CommitAnswer {
  createCommitOnBranch?: { commit?: { oid?: unknown } | null } | null
}

/** GitHub reports a missing file as a fault beside the data, `Could not resolve file for path`. */
function isAbsentFile({ type, path }: GraphqlFault): boolean {
  return type === "NOT_FOUND" && /^file\d+$/.test(String(path?.at(-1)))
}

function cutShort(): Problem {
  return new Problem("GITHUB_FAILED", "POST /graphql answered without a commit: the answer was cut short")
}
