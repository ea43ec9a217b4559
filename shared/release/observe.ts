import type { InboxFile } from "../ports/inbox.ts"
import type { Digest, Release } from "../ports/releases.ts"
import { versionIn, versionOf } from "../version/version.ts"
import { type BatchFiles, ROOT, sortInbox } from "./batch.ts"
import { readManifest } from "./manifest.ts"
import type { Artifact, Knowledge, ReleaseRecord } from "./model.ts"
import { knowledgeKey } from "./record.ts"
import type { Policy, ReleaseRequest, World } from "./world.ts"

/** Everything a plan is made from. */
export interface Observed {
  tag: string
  now: Date
  policy: Policy
  request: ReleaseRequest
  batch: { artifacts: Artifact[]; markers: InboxFile[] }
  workspace: { head: string; version: string | undefined; manifest: string | undefined }
  /** Where the update server reads the manifest, and what Slipway has last put there. */
  server: { name: string; digest: Digest | undefined } | undefined
  /** The public release of the tag. */
  published: Release | undefined
  /** Drafts of the tag, the one to go on with first. Not looked up when the tag is published, unless a person asks. */
  drafts: Release[]
  /** The release that clients are offered now, where this one would follow it. */
  previous: Release | undefined
  /** What an asset's name is appended to for its public address. */
  downloadBase: string
  /** Whether there is a record of the tag, and whether it says that nothing is left to do. */
  recorded: boolean
  complete: boolean
  /** Whether Slipway itself made the tag public, after it had looked at every byte. */
  publishedHere: boolean
  /** A dry run hashes every file, so that the whole way is planned at once. */
  hashAll?: boolean
}

/** What a run has learnt so far and needs no second look for. */
export interface Memory {
  record: ReleaseRecord
  /** Whether there is a stored record by now. */
  readonly recorded: boolean
  /** By `path` and ETag, see `knowledgeKey`. */
  knowledge: Map<string, Knowledge>
  /** GitHub's own answer to the publishing call: a list read seconds later may still be older. */
  published?: Release
  /** Whether this run itself has brought the release to its end. */
  released?: boolean
}

/** Looks at the inbox, the workspace and GitHub, without changing anything. The calls run at the same time where they can. */
export async function observe(tag: string, request: ReleaseRequest, memory: Memory, world: World): Promise<Observed> {
  const { policy } = world
  const [files, workspace, named] = await Promise.all([
    world.inbox.list(),
    world.workspace.read([policy.versionPath, policy.manifestPath]),
    memory.published ?? world.releases.published(tag),
  ])
  const version = workspace.files.get(policy.versionPath)
  const manifest = workspace.files.get(policy.manifestPath)
  const batch = batchOfTag(tag, version, files, memory, policy)
  const unpublished = !named && batch.artifacts.length > 0
  const [{ published, drafts }, previous] = await Promise.all([
    unpublished
      ? unfinished(tag, memory.record.release?.id, world)
      : { published: named, drafts: named && request.asked ? await world.releases.drafts(tag) : [] },
    unpublished ? releaseBefore(tag, manifest, world) : undefined,
  ])
  return {
    tag,
    now: world.now(),
    policy,
    request,
    batch,
    workspace: { head: workspace.head, version, manifest },
    server: world.server && { name: world.server.name, digest: memory.record.vm?.digest },
    published,
    drafts: preferring(drafts, memory.record.release?.id),
    previous,
    downloadBase: world.releases.downloadUrl(tag, ""),
    recorded: memory.recorded,
    complete: memory.record.phase === "complete",
    publishedHere: memory.record.release?.url !== undefined,
  }
}

/** The batch again, with what has been learnt since. */
export function withKnowledge(observed: Observed, memory: Memory): Observed {
  return { ...observed, batch: { ...observed.batch, artifacts: known(observed.batch.artifacts, memory) } }
}

function known(artifacts: readonly Artifact[], { knowledge }: Memory): Artifact[] {
  return artifacts.map((artifact) => ({ ...artifact, ...knowledge.get(knowledgeKey(artifact.file)) }))
}

/** Files in the tag's own folder, and those in the root while VERSION names this tag. */
export function batchOfTag(
  tag: string,
  version: string | undefined,
  files: readonly InboxFile[],
  memory: Memory,
  policy: Policy,
): Observed["batch"] {
  const { batches } = sortInbox(files, policy.artifacts)
  const rootBelongs = version !== undefined && versionIn(version) === versionOf(tag)
  const parts: BatchFiles[] = [batches.get(tag), rootBelongs ? batches.get(ROOT) : undefined].filter(
    (part) => part !== undefined,
  )
  return {
    artifacts: known(
      parts.flatMap((part) => part.artifacts),
      memory,
    ),
    // A marker speaks for its own folder: one that is left over elsewhere says nothing.
    markers: parts.flatMap((part) => (part.artifacts.length > 0 ? part.markers : [])),
  }
}

/**
 * The drafts of a tag. The one remembered may have been published a moment ago by a run that was cut off, while GitHub still
 * answers as before: then it is the release.
 */
async function unfinished(
  tag: string,
  rememberedId: number | undefined,
  { releases }: World,
): Promise<{ published: Release | undefined; drafts: Release[] }> {
  const drafts = await releases.drafts(tag, rememberedId)
  if (rememberedId === undefined || drafts.some(({ id }) => id === rememberedId))
    return { published: undefined, drafts }
  const remembered = await releases.get(rememberedId)
  return { published: remembered?.tag === tag && !remembered.draft ? remembered : undefined, drafts }
}

/** The release the manifest offers now, unless it is this one or the manifest cannot be read: the plan says so then. */
async function releaseBefore(tag: string, manifest: string | undefined, world: World): Promise<Release | undefined> {
  const version = offeredVersion(manifest, world.policy.manifestPath)
  if (version === undefined || version === versionOf(tag)) return undefined
  return world.releases.published(`v${version}`)
}

function offeredVersion(manifest: string | undefined, path: string): string | undefined {
  try {
    return readManifest(manifest, path).version
  } catch {
    return undefined // The plan reads it again and tells the fault; here it only means that nothing is offered.
  }
}

function preferring(drafts: Release[], id: number | undefined): Release[] {
  return drafts.toSorted((a, b) => Number(b.id === id) - Number(a.id === id) || a.id - b.id)
}
