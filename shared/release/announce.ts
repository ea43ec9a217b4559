import type { Observed } from "./observe.ts"
import type { Plan } from "./step.ts"
import type { World } from "./world.ts"

/** Says what a run is about, in the guide's own markers: people and scripts look for these words. */
export function announce(observed: Observed, plan: Plan, { log, releases }: World): void {
  const { tag, workspace, policy, published, batch } = observed
  log("info", `Current Version: ${workspace.version?.trim() ?? "(none)"}`)
  log("info", `Release Tag: ${tag}`)
  log("info", `Target Repo: ${releases.repository}`)
  if (plan.steps.length > 0 && !published) {
    const absent = policy.artifacts.filter(({ name }) => !batch.artifacts.some((artifact) => artifact.name === name))
    if (absent.length > 0) log("warn", `without ${absent.map(({ name }) => name).join(", ")}`)
    const old = oldNotes(observed)
    if (old) log("warn", `${old} is byte for byte that of ${observed.previous?.tag}`)
  }
  if (plan.alreadyPublished) log("info", `already published, skip (tag=${tag})`)
}

/** Notes that were left over from the cycle before. Two releases may have the same to say, so they are told of, not refused. */
function oldNotes({ batch, previous }: Observed): string | undefined {
  const notes = batch.artifacts.find(({ kind, digest }) => kind === "notes" && digest)
  const same = previous?.assets.some(({ name, digest }) => name === notes?.name && digest === notes?.digest)
  return same ? notes?.name : undefined
}
