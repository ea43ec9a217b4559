import type { InboxFile } from "../ports/inbox.ts"
import { Problem, type ProblemSummary } from "../problem.ts"
import { isTag } from "../version/version.ts"
import type { ArtifactSpec } from "./model.ts"

/** An empty blob of this name says that a person wants the batch released as it is. */
export const READY_MARKER = "_ready"

/** While this blob lies there, somebody is still uploading: what is in the folder may be half old and half new. */
export const HOLD_MARKER = "_uploading"

/** The folder of files in the container's root: they belong to the tag VERSION names at that moment. */
export const ROOT = ""

/** The files of one batch that Slipway knows: artifacts by their configured names, and the markers. */
export interface BatchFiles {
  artifacts: (ArtifactSpec & { file: InboxFile })[]
  markers: InboxFile[]
}

/** A file that belongs to no batch. It is left alone. */
export interface Stray {
  path: string
  problem: ProblemSummary
}

export interface SortedInbox {
  /** By tag, and under `ROOT` for the files in the container's root. */
  batches: Map<string, BatchFiles>
  strays: Stray[]
}

/** Says of every file in the inbox which batch it belongs to, or why to none. */
export function sortInbox(files: readonly InboxFile[], specs: readonly ArtifactSpec[]): SortedInbox {
  const sorted: SortedInbox = { batches: new Map(), strays: [] }
  for (const file of files) {
    const { folder, name } = split(file.path)
    const spec = specs.find((each) => each.name === name)
    const problem = strayReason(file.path, folder, name, spec)
    if (problem) sorted.strays.push({ path: file.path, problem: problem.summary() })
    else add(sorted.batches, folder, spec ? { ...spec, file } : file)
  }
  return sorted
}

/** The batch a blob path belongs to: a tag, `ROOT`, or undefined when its folder is no tag. Unknown names count: their batch is looked at. */
export function batchOf(path: string): string | undefined {
  const { folder } = split(path)
  return folder === ROOT || isTag(folder) ? folder : undefined
}

function split(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf("/")
  if (slash < 0) return { folder: ROOT, name: path }
  return { folder: path.slice(0, slash) || "/", name: path.slice(slash + 1) }
}

function strayReason(path: string, folder: string, name: string, spec?: ArtifactSpec): Problem | undefined {
  if (folder.includes("/")) {
    return new Problem("INBOX_STRAY", `${path} lies deeper than one folder`)
  }
  if (folder !== ROOT && !isTag(folder)) {
    return new Problem("TAG_INVALID", `the folder of ${path} is no tag`)
  }
  if (!spec && name !== READY_MARKER && name !== HOLD_MARKER) {
    return new Problem("INBOX_STRAY", `${path} has a name that the configuration does not know`)
  }
  return undefined
}

function add(batches: SortedInbox["batches"], folder: string, entry: BatchFiles["artifacts"][number] | InboxFile) {
  const batch = batches.get(folder) ?? { artifacts: [], markers: [] }
  if ("file" in entry) batch.artifacts.push(entry)
  else batch.markers.push(entry)
  batches.set(folder, batch)
}

/** `v1.6.1.44/_ready` → `_ready`. */
export function nameOf(path: string): string {
  return split(path).name
}
