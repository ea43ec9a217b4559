import { matching } from "../../shared/ports/path-pattern.ts"
import type { Workspace } from "../../shared/ports/workspace.ts"
import { Problem } from "../../shared/problem.ts"
import { atOnce, type Turn } from "./turn.ts"

/** A branch: its commits, the last one its head, and the files as they are there. */
export interface Branch {
  commits: string[]
  files: Map<string, string>
}

export function branch(files: Record<string, string>): Branch {
  return { commits: ["Initial commit"], files: new Map(Object.entries(files)) }
}

/** A workspace in memory; reading and committing are a turn each. */
export function memoryWorkspace(shelf: Branch, turn: Turn = atOnce): Workspace {
  const head = () => `${shelf.commits.length}`.padStart(40, "0")
  return {
    repository: "acme/app",
    async read(paths) {
      await turn("read workspace")
      const found = new Set(paths.flatMap((path) => matching(path, shelf.files.keys())))
      return { head: head(), files: new Map([...shelf.files].filter(([path]) => found.has(path))) }
    },
    async commit(change) {
      await turn("commit")
      if (change.head !== head()) throw new Problem("WORKSPACE_MOVED", "somebody else has committed")
      for (const [path, text] of change.files) shelf.files.set(path, text)
      shelf.commits.push(change.message)
      return head()
    },
  }
}
