import type { InboxFile } from "../ports/inbox.ts"
import type { Lease } from "../ports/leases.ts"
import type { Release } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import type { Artifact } from "./model.ts"
import type { Memory, Observed } from "./observe.ts"
import type { Step } from "./step.ts"
import type { World } from "./world.ts"

/** One run of one tag. */
export interface Run {
  tag: string
  world: World
  memory: Memory
  /** Its signal aborts when the lease is lost or the run is called off; it is asked for anew before each step. */
  lease: Pick<Lease, "signal">
  /** What the run is at, for its log. */
  stage: { step: "observe" | "plan" | Step["kind"] }
  /** Writes down how far the run has come; a dry run writes nothing. */
  save(): Promise<void>
}

/** Where the steps of one round are: what they were planned from, and the release they work on. */
export interface Scene extends Run {
  observed: Observed
  release: Release | undefined
}

/** The draft or release that is worked on. Throws RELEASE_CHANGED when there is none. */
export function releaseOf({ release }: Scene): Release {
  if (release) return release
  throw new Problem("RELEASE_CHANGED", "there is no draft to work on")
}

/** An artifact of the batch. Throws INBOX_CHANGED when it is gone. */
export function artifactOf(name: string, { observed }: Scene): Artifact {
  const artifact = observed.batch.artifacts.find((each) => each.name === name)
  if (artifact) return artifact
  throw new Problem("INBOX_CHANGED", `${name} is no longer in the inbox`)
}

/** A file of the batch, artifact or marker. Throws INBOX_CHANGED when it is gone. */
export function fileAt(path: string, { batch }: Observed): InboxFile {
  const files = [...batch.artifacts.map(({ file }) => file), ...batch.markers]
  const file = files.find((each) => each.path === path)
  if (file) return file
  throw new Problem("INBOX_CHANGED", `${path} is no longer in the inbox`)
}

/** Nobody else can write there by now: what the workspace offers at this moment is what must be there. Throws WORKSPACE_MOVED. */
export async function mustBeOffered(text: string, { workspace, policy }: World): Promise<void> {
  const { files } = await workspace.read([policy.manifestPath])
  if (files.get(policy.manifestPath) === text) return
  throw new Problem("WORKSPACE_MOVED", `${policy.manifestPath} has changed since it was to be put on the server`)
}
