import * as disk from "node:fs/promises"
import { join } from "node:path"
import git, { Errors, type ReadCommitResult, type TreeEntry } from "isomorphic-git"
import { replaceFile } from "./replace-file.ts"

/** Bare repositories, readable by the real git. Whole files only, so that a kill leaves no torn object or ref behind. */
const fs = { promises: { ...disk, writeFile: replaceFile } }

/** What is put into a tree with its mode: `100755`, `120000` for a symbolic link to the content, `160000` for a submodule at it. */
export interface Placed {
  mode: "100644" | "100755" | "120000" | "160000"
  content: string | Uint8Array
}

/** What a commit does to the tree: the new content by path, or null to delete. A file without a mode of its own keeps the one it has. */
export type Changes = ReadonlyMap<string, Uint8Array | Placed | null>

/** A file, a symbolic link (a blob too), a folder or a submodule at some commit; the mode is octal: `100644`. */
export type Entry =
  | { type: "blob"; oid: string; mode: string; bytes: Uint8Array }
  | { type: "tree"; oid: string; mode: string; entries: TreeEntry[] }
  | { type: "commit"; oid: string; mode: string }

export async function initRepository(gitdir: string, branch: string): Promise<void> {
  await git.init({ fs, gitdir, bare: true, defaultBranch: branch })
}

/** The object id that a branch, tag, full ref name or full object id stands for, or undefined. */
export async function resolveOid(gitdir: string, name: string): Promise<string | undefined> {
  try {
    if (!/^[0-9a-f]{40}$/.test(name)) return await git.resolveRef({ fs, gitdir, ref: name })
    await git.readObject({ fs, gitdir, oid: name, format: "deflated" })
    return name
  } catch (error) {
    return absent(error)
  }
}

/** What lies at a path of a commit (the root is ""), or undefined. */
export async function readEntry(gitdir: string, commit: string, path: string): Promise<Entry | undefined> {
  let found: Pick<TreeEntry, "type" | "oid" | "mode"> = { type: "tree", oid: commit, mode: "040000" }
  for (const step of path === "" ? [] : path.split("/")) {
    const folder = found.type === "tree" ? await readTree(gitdir, found.oid) : undefined
    const next = folder?.entries.find((entry) => entry.path === step)
    if (next === undefined) return undefined
    found = next
  }
  const { type, oid, mode } = found
  if (type === "commit") return { type, oid, mode }
  if (type === "tree") return readTree(gitdir, oid)
  return { type, oid, mode, bytes: (await git.readBlob({ fs, gitdir, oid })).blob }
}

/** The tree itself that a commit's or a tree's object id stands for, or undefined. */
export async function readTree(gitdir: string, of: string): Promise<Extract<Entry, { type: "tree" }> | undefined> {
  try {
    const { oid, tree: entries } = await git.readTree({ fs, gitdir, oid: of })
    return { type: "tree", oid, mode: "040000", entries }
  } catch (error) {
    return absent(error)
  }
}

export async function readCommit(gitdir: string, oid: string): Promise<ReadCommitResult | undefined> {
  try {
    return await git.readCommit({ fs, gitdir, oid })
  } catch (error) {
    return absent(error)
  }
}

/** The commits that lead to one, newest first. */
export const history = (gitdir: string, from: string, atMost?: number) =>
  git.log({ fs, gitdir, ref: from, ...(atMost === undefined ? {} : { depth: atMost }) })

/** Points a ref somewhere, in one rename. */
export async function writeRef(gitdir: string, ref: string, oid: string): Promise<void> {
  await disk.mkdir(join(gitdir, ref, ".."), { recursive: true })
  await replaceFile(join(gitdir, ref), `${oid}\n`)
}

/** Commits changes on top of a branch's head. The caller sees to it that nobody else commits meanwhile. */
export async function commit(
  gitdir: string,
  branch: string,
  change: { head: string | undefined; changes: Changes; message: string; author: string; at: Date },
): Promise<string> {
  const parent = change.head === undefined ? undefined : await git.readCommit({ fs, gitdir, oid: change.head })
  const changes = [...change.changes].map(([path, content]) => ({ steps: path.split("/"), content }))
  const tree =
    (await writeTree(gitdir, parent?.commit.tree, changes)) ?? (await git.writeTree({ fs, gitdir, tree: [] }))
  const timestamp = Math.floor(change.at.getTime() / 1000)
  const person = {
    name: change.author,
    email: `${change.author}@users.noreply.github.com`,
    timestamp,
    timezoneOffset: 0,
  }
  const oid = await git.writeCommit({
    fs,
    gitdir,
    commit: {
      tree,
      parent: change.head === undefined ? [] : [change.head],
      author: person,
      committer: person,
      message: change.message,
    },
  })
  await writeRef(gitdir, `refs/heads/${branch}`, oid)
  return oid
}

type Change = { steps: string[]; content: Uint8Array | Placed | null }

/** Writes a tree with the changes made to it; undefined when nothing is left in it, since git has no empty folders. */
async function writeTree(gitdir: string, base: string | undefined, changes: Change[]): Promise<string | undefined> {
  const before = base === undefined ? [] : (await git.readTree({ fs, gitdir, oid: base })).tree
  const entries = new Map(before.map((entry) => [entry.path, entry]))
  for (const [name, own] of Map.groupBy(changes, (change) => change.steps[0] ?? "")) {
    const entry = await writeEntry(gitdir, name, entries.get(name), own)
    if (entry === undefined) entries.delete(name)
    else entries.set(name, entry)
  }
  return entries.size === 0 ? undefined : git.writeTree({ fs, gitdir, tree: [...entries.values()] })
}

async function writeEntry(
  gitdir: string,
  path: string,
  before: TreeEntry | undefined,
  changes: Change[],
): Promise<TreeEntry | undefined> {
  const below = changes.filter((change) => change.steps.length > 1)
  if (below.length === 0) {
    const content = changes.at(-1)?.content
    if (content == null) return undefined
    const kept = before?.type === "blob" ? before.mode : "100644"
    const placed = content instanceof Uint8Array ? { mode: kept, content } : content
    if (placed.mode === "160000") return { path, mode: placed.mode, type: "commit", oid: String(placed.content) }
    const blob = Buffer.from(placed.content)
    return { path, mode: placed.mode, type: "blob", oid: await git.writeBlob({ fs, gitdir, blob }) }
  }
  const folder = before?.type === "tree" ? before.oid : undefined
  const steps = below.map((change) => ({ ...change, steps: change.steps.slice(1) }))
  const oid = await writeTree(gitdir, folder, steps)
  return oid === undefined ? undefined : { path, mode: "040000", type: "tree", oid }
}

function absent(error: unknown): undefined {
  if (error instanceof Errors.NotFoundError) return undefined
  throw error
}
