import { matching } from "../../../shared/ports/path-pattern.ts"
import type { Workspace } from "../../../shared/ports/workspace.ts"
import { Problem } from "../../../shared/problem.ts"

/** Files by path. */
export type Texts = Readonly<Record<string, string>>

/** A branch in memory. `beforeCommit` happens between a reading and the commit that is to follow: somebody else's push, say. */
export function workspaceOf(start: Texts, beforeCommit: (push: (files: Texts) => void) => void = () => {}) {
  const history: { message: string; files: Texts }[] = [{ message: "start", files: start }]
  const seen = { reads: 0, tries: 0 }
  const files = () => history.at(-1)?.files ?? {}
  const push = (changed: Texts, message = "push") => void history.push({ message, files: { ...files(), ...changed } })
  const workspace: Workspace = {
    repository: "acme/app",
    async read(paths) {
      seen.reads++
      const there = paths.flatMap((path) => matching(path, Object.keys(files())))
      return { head: `c${history.length}`, files: new Map(there.map((path) => [path, files()[path] ?? ""])) }
    },
    async commit({ head, message, files: changed }) {
      seen.tries++
      beforeCommit(push)
      if (head !== `c${history.length}`) throw new Problem("WORKSPACE_MOVED", "somebody pushed")
      push(Object.fromEntries(changed), message)
      return `c${history.length}`
    },
  }
  return { workspace, seen, files, push, messages: () => history.slice(1).map(({ message }) => message) }
}
