import type { Call } from "./call.ts"
import { commit, readEntry, resolveOid } from "./git.ts"
import { commitNode, typed, visible } from "./graphql-repository.ts"
import type { Protection } from "./state.ts"
import type { World } from "./world.ts"

interface Input {
  clientMutationId?: string
  branch: { id?: string; repositoryNameWithOwner?: string; branchName?: string }
  expectedHeadOid: string
  message: { headline: string; body?: string }
  fileChanges?: { additions?: { path: string; contents: string }[]; deletions?: { path: string }[] }
}

/** `createCommitOnBranch`: all the changes in one commit on top of the expected head, or an error and nothing. */
export async function createCommitOnBranch(call: Call, world: World, input: Input) {
  const { repositoryNameWithOwner = "", branchName = "" } = input.branch
  const repository = visible(call, world, repositoryNameWithOwner, "write")
  const branch = branchName.replace(/^refs\/heads\//, "")
  const oid = await repository.exclusive(async () => {
    const head = await resolveOid(repository.gitdir, `refs/heads/${branch}`)
    if (head === undefined) throw typed("NOT_FOUND", `Could not resolve to a branch with the name '${branchName}'.`)
    if (head !== input.expectedHeadOid) {
      throw typed(
        "STALE_DATA",
        `Expected branch to point to "${input.expectedHeadOid}" but it did not. Pull and try again.`,
      )
    }
    const protection = repository.protections.get(branch)
    if (protection) throw protectionFault(protection)
    const changes = new Map<string, Uint8Array | null>()
    for (const { path } of input.fileChanges?.deletions ?? []) {
      if ((await readEntry(repository.gitdir, head, path)) === undefined) {
        throw typed(
          "UNPROCESSABLE",
          `A path was requested for deletion which does not exist as of commit oid \`${head}\``,
        )
      }
      changes.set(path, null)
    }
    for (const { path, contents } of input.fileChanges?.additions ?? []) changes.set(path, decode(path, contents))
    const { headline, body } = input.message
    const message = body ? `${headline}\n\n${body}` : headline
    return commit(repository.gitdir, branch, { head, changes, message, author: call.caller.login, at: world.now() })
  })
  return {
    clientMutationId: input.clientMutationId ?? null,
    commit: () => commitNode(repository, call, oid),
    ref: {
      __typename: "Ref",
      id: `REF_${branch}`,
      name: branch,
      prefix: "refs/heads/",
      target: () => commitNode(repository, call, oid),
    },
  }
}

/** A ruleset says it in another way than the older protection of a branch. */
function protectionFault(protection: Protection) {
  return protection === "ruleset"
    ? typed("UNPROCESSABLE", "Repository rule violations found\n\nChanges must be made through a pull request.\n\n")
    : typed("BRANCH_PROTECTION_RULE_VIOLATION", "Changes must be made through a pull request.")
}

function decode(path: string, contents: unknown): Uint8Array {
  const text = String(contents)
  if (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return Buffer.from(text, "base64")
  throw typed("UNPROCESSABLE", `The contents of ${path} are not valid base64.`)
}
