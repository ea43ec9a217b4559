import { isPattern, matching } from "../../ports/path-pattern.ts"
import { Problem } from "../../problem.ts"
import type { GithubClient } from "./client.ts"

/** What lies in a branch, as far as patterns can mean it. */
interface BranchTree {
  /** The id it was listed under: of the tree, or of the commit that has it. */
  oid: string
  /** Of files and symbolic links; never of folders and submodules. */
  paths: string[]
}

/** So many aliases in one query GitHub is known to answer in time. */
const maxMatches = 250

/**
 * Lists everything in a branch, or in the tree with an object id, with one request. Throws FILE_UNREADABLE where GitHub lists only
 * a part (100,000 entries or 7 MB, https://docs.github.com/rest/git/trees#get-a-tree).
 */
export async function listTree(client: GithubClient, repository: string, tree: string): Promise<BranchTree> {
  const { data } = await client.rest(repository, "GET /repos/{owner}/{repo}/git/trees/{tree}", { tree, recursive: "1" })
  const { sha, truncated, tree: entries } = (data || {}) as TreeAnswer
  if (typeof sha !== "string" || !Array.isArray(entries))
    throw new Problem("GITHUB_FAILED", `GET /git/trees/${tree} answered without a tree: the answer was cut short`)
  if (truncated)
    throw new Problem("FILE_UNREADABLE", `${repository} is too large for patterns: GitHub lists only a part of it`, {
      remedy: "Name the files in the configuration file instead of using a pattern.",
    })
  return { oid: sha, paths: entries.filter(({ type }) => type === "blob").map(({ path }) => path) }
}

/** The paths to read: those named as they are, patterns replaced by what they match. Throws FILE_UNREADABLE for too many. */
export function expand(paths: readonly string[], listed: readonly string[]): string[] {
  const expanded = paths.map((path) => (isPattern(path) ? few(path, matching(path, listed)) : [path]))
  return [...new Set(expanded.flat())]
}

function few(pattern: string, matches: string[]): string[] {
  if (matches.length <= maxMatches) return matches
  throw new Problem(
    "FILE_UNREADABLE",
    `${pattern} means ${matches.length} files; no more than ${maxMatches} can be read at once`,
    { remedy: "Narrow the pattern in the configuration file." },
  )
}

interface TreeAnswer {
  sha?: unknown
  truncated?: boolean
  tree?: { path: string; type: string }[]
}
