import { Problem } from "../problem.ts"
import { archive } from "./archive.ts"
import { digestOf } from "./digest.ts"
import { deliveryEvent } from "./drift.ts"
import { mustBeSameBatch, mustHold } from "./last-look.ts"
import { enterLedger } from "./ledger.ts"
import { hash, inspect, learn } from "./look.ts"
import type { Artifact, Knowledge } from "./model.ts"
import { releaseBody, releaseTitle } from "./notes.ts"
import { batchOfTag, type Memory, type Observed } from "./observe.ts"
import { knowledgeKey, note, noteKnowledge, noteReleased, settle } from "./record.ts"
import { artifactOf, fileAt, mustBeOffered, type Run, releaseOf, type Scene } from "./scene.ts"
import { send } from "./send.ts"
import { isLook, type Step } from "./step.ts"
import { SUMS_NAME } from "./sums.ts"
import type { World } from "./world.ts"

type Verbs = { [Kind in Step["kind"]]: (step: Extract<Step, { kind: Kind }>, scene: Scene) => Promise<void> }

const verbs: Verbs = {
  inspect: (step, scene) => look(step.name, inspect, scene),
  hash: (step, scene) => look(step.name, hash, scene),

  async "discard-draft"(step, { world, memory }) {
    await world.releases.deleteDraft(step.id)
    if (memory.record.release?.id === step.id) delete memory.record.release
    note(memory.record, world.now(), "draft discarded")
  },

  async "create-draft"(step, scene) {
    const { world, memory, tag, observed } = scene
    scene.release = await world.releases.createDraft({ tag, title: step.title, body: releaseBody(observed) })
    memory.record.release = { id: scene.release.id }
    note(memory.record, world.now(), "draft made")
  },

  async "delete-asset"(step, scene) {
    const release = releaseOf(scene)
    const asset = release.assets.find(({ id }) => id === step.id)
    if (asset) await scene.world.releases.deleteAsset(release, asset)
  },

  async upload(step, scene) {
    const { world, memory, lease } = scene
    const artifact = artifactOf(step.name, scene)
    const sending = send(artifact, releaseOf(scene), world, lease.signal)
    remember(artifact, await learn(sending.then((digest) => ({ digest, inspected: true }))), memory)
    delete memory.published // What was added to a public release is seen by asking GitHub again.
    note(memory.record, world.now(), "sent", { name: step.name })
  },

  async "upload-sums"(step, scene) {
    const bytes = Buffer.from(step.text)
    const asset = { name: SUMS_NAME, sizeBytes: bytes.byteLength, contentType: "text/plain; charset=utf-8" }
    const release = releaseOf(scene)
    const sent = await scene.world.releases.upload(
      release,
      asset,
      () => ReadableStream.from([bytes]),
      scene.lease.signal,
    )
    delete scene.memory.published
    // A draft is compared before it is published. What is public already is told of: it is never deleted.
    if (!release.draft && sent.digest !== digestOf(step.text))
      throw new Problem("UPLOAD_CORRUPTED", `${SUMS_NAME} arrived as ${sent.digest}, sent ${digestOf(step.text)}`)
  },

  async publish(step, scene) {
    const { world, memory, observed } = scene
    const draft = await world.releases.get(releaseOf(scene).id)
    mustHold(draft, step.assets)
    const files = await world.inbox.list()
    const batch = batchOfTag(observed.tag, observed.workspace.version, files, memory, world.policy)
    mustBeSameBatch(observed.batch.artifacts, batch.artifacts)
    scene.lease.signal.throwIfAborted()
    const text = { title: step.title, body: releaseBody(observed) }
    const release = draft.draft ? await world.releases.publish(draft, text) : draft
    memory.published = release
    memory.record.release = { id: release.id, url: release.url }
    note(memory.record, world.now(), "published", { url: release.url })
    for (const { name, downloadUrl } of release.assets) {
      if (name !== SUMS_NAME) world.log("info", `Uploaded. URL: ${downloadUrl}`)
    }
  },

  async adopt(_step, scene) {
    const { world, memory } = scene
    const { id, url } = releaseOf(scene)
    memory.record.release = { id, url }
    note(memory.record, world.now(), "adopted", { url })
  },

  async "commit-manifest"(step, { world, memory, observed, tag }) {
    const commit = await world.workspace.commit({
      head: observed.workspace.head,
      message: `release: offer ${releaseTitle(observed)}\n\n${memory.published?.url ?? observed.published?.url ?? tag}`,
      files: new Map([[step.path, step.text]]),
    })
    memory.record.manifest = { commit }
    note(memory.record, world.now(), "committed", { commit })
    world.log("info", `Manifest committed: ${commit}`)
  },

  async "deliver-manifest"(step, { world, memory, lease }) {
    if (!world.server) return
    const { digest, written } = await world.server.put(step.text, () => mustBeOffered(step.text, world), lease.signal)
    memory.record.vm = { digest }
    note(memory.record, world.now(), deliveryEvent(memory.record, digest), { digest })
    world.log("info", `Manifest ${written ? "put" : "is already"} at ${step.to}`)
  },

  async archive(step, { world, memory, observed, tag, lease }) {
    const file = fileAt(step.from, observed)
    const { digest } = memory.knowledge.get(knowledgeKey(file)) ?? {}
    await archive(file, step.name, digest, tag, world, lease.signal)
    note(memory.record, world.now(), "archived", { name: step.name })
  },

  async complete(_step, { world, memory, observed }) {
    const release = memory.published ?? observed.published
    if (release) await enterLedger(world.state, memory.record, release, world.now())
    if (release) noteReleased(memory.record, release, world.policy.artifacts)
    settle(memory.record, "complete")
    note(memory.record, world.now(), "complete")
    memory.released = true
    world.log("info", "RELEASE COMPLETE")
  },
}

/** Steps of one kind that do not depend on each other run at the same time. */
const TOGETHER: ReadonlySet<Step["kind"]> = new Set(["inspect", "hash", "upload", "archive"])

/**
 * Makes the steps true, in their order, and stops after publishing: what follows is planned from GitHub's answer. Every step
 * may be cut off and planned again. A file that turns out to be bad is remembered, not thrown: the next plan says what follows.
 */
export async function apply(steps: readonly Step[], observed: Observed, run: Run): Promise<void> {
  const scene: Scene = { ...run, observed, release: observed.published ?? observed.drafts[0] }
  for (let i = 0; i < steps.length; ) {
    const first = steps[i] as Step
    let end = i + 1
    while (TOGETHER.has(first.kind) && steps[end]?.kind === first.kind) end++
    run.lease.signal.throwIfAborted()
    run.stage.step = first.kind
    await allOf(steps.slice(i, end).map((step) => perform(step, scene)))
    if (!isLook(first)) {
      noteKnowledge(run.memory.record, run.memory.knowledge)
      await run.save()
    }
    if (first.kind === "publish" || hasRefusal(scene)) return
    i = end
  }
}

function perform<Kind extends Step["kind"]>(step: Extract<Step, { kind: Kind }>, scene: Scene): Promise<void> {
  const verb = verbs[step.kind as Kind] as (step: Extract<Step, { kind: Kind }>, scene: Scene) => Promise<void>
  return verb(step, scene)
}

/** Waits for all of them, so that nothing runs on unseen, and then throws what must be known first: what no retry can mend. */
async function allOf(work: Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work)
  const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []))
  if (errors.length === 0) return
  throw errors.find((error) => error instanceof Problem && !error.retryable) ?? errors[0]
}

async function look(
  name: string,
  way: (artifact: Artifact, world: World, signal: AbortSignal) => Promise<Knowledge>,
  scene: Scene,
): Promise<void> {
  const artifact = artifactOf(name, scene)
  remember(artifact, await learn(way(artifact, scene.world, scene.lease.signal)), scene.memory)
}

function remember(artifact: Artifact, knowledge: Knowledge, memory: Memory): void {
  const key = knowledgeKey(artifact.file)
  memory.knowledge.set(key, { ...memory.knowledge.get(key), ...knowledge })
}

function hasRefusal({ observed, memory }: Scene): boolean {
  return observed.batch.artifacts.some(({ file }) => memory.knowledge.get(knowledgeKey(file))?.refused)
}
