import { createHash } from "node:crypto"
import { realpath, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { isPattern, matching } from "../../ports/path-pattern.ts"
import type { Workspace, WorkspaceFiles } from "../../ports/workspace.ts"
import { Problem } from "../../problem.ts"
import { onDisk, unlessMissing } from "./disk.ts"
import { exactText, projectPaths } from "./exact-text.ts"
import { refused, replaceFiles } from "./replace-files.ts"
import { inTurn } from "./take-turns.ts"

/**
 * A folder of this machine as workspace; git is not needed, and no commit is made. A head is the digest of what was read, in 64 hex
 * digits: a commit on top of it needs just that to be unchanged, in the workspace that read it. Throws REQUEST_INVALID when there is
 * no such folder, and the STORAGE_ codes in place of GitHub's.
 */
export async function checkout(directory: string): Promise<Workspace> {
  const repository = resolve(directory)
  const root = await onDisk(`look at ${repository}`, () => folderAt(repository))
  /** What was asked for, by the head it gave. */
  const asked = new Map<string, readonly string[]>()

  function remember(paths: readonly string[], files: ReadonlyMap<string, string>): string {
    const head = digestOf(paths, files)
    asked.set(head, paths)
    return head
  }

  async function read(paths: readonly string[]): Promise<WorkspaceFiles> {
    const files = await readTexts(root, paths)
    return { head: remember(paths, files), files }
  }

  async function isUnchanged(head: string): Promise<boolean> {
    const paths = asked.get(head)
    if (!paths) return false
    try {
      return digestOf(paths, await readTexts(root, paths)) === head
    } catch (error) {
      // It could be read before.
      if (error instanceof Problem && error.code === "FILE_UNREADABLE") return false
      throw error
    }
  }

  async function commit({ head, files }: Parameters<Workspace["commit"]>[0]): Promise<string> {
    try {
      return await inTurn(join(root, "checkout"), async (stillOurs) => {
        if (!(await isUnchanged(head)))
          throw new Problem("WORKSPACE_MOVED", `The files in ${repository} have changed since they were read`)
        await replaceFiles(root, files, stillOurs)
        return remember([...files.keys()], files)
      })
    } catch (error) {
      throw refused(repository, error) ?? error
    }
  }

  return { repository, read, commit: (change) => onDisk(`write to ${repository}`, () => commit(change)) }
}

/** The folder itself, wherever a link to it may lie. */
async function folderAt(directory: string): Promise<string> {
  const found = await stat(directory).catch(unlessMissing)
  if (found?.isDirectory()) return realpath(directory)
  throw new Problem("REQUEST_INVALID", found ? `${directory} is no folder` : `There is no folder ${directory}`, {
    remedy: "Name the folder of the workspace: the one that has VERSION in it.",
  })
}

async function readTexts(root: string, paths: readonly string[]): Promise<Map<string, string>> {
  const listed = paths.some(isPattern) ? await onDisk(`list ${root}`, () => projectPaths(root)) : []
  const named = paths.flatMap((path) => (isPattern(path) ? matching(path, listed) : [path]))
  const files = new Map<string, string>()
  for (const path of new Set(named)) {
    const text = await exactText(root, path)
    if (text !== undefined) files.set(path, text)
  }
  return files
}

/** The same for the same questions and answers, in whatever order. */
function digestOf(paths: readonly string[], files: ReadonlyMap<string, string>): string {
  const state = [[...new Set(paths)].sort(), [...files].sort(([one], [other]) => (one < other ? -1 : 1))]
  return createHash("sha256").update(JSON.stringify(state)).digest("hex")
}
