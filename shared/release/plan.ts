import { Problem, type ProblemSummary } from "../problem.ts"
import { refusal as sizeRefusal } from "./gate/gate.ts"
import { readManifest } from "./manifest.ts"
import type { Artifact } from "./model.ts"
import type { Observed } from "./observe.ts"
import { isOurs, planDraft } from "./plan-draft.ts"
import { planPublished } from "./plan-published.ts"
import { held, waiting } from "./readiness.ts"
import type { Plan, Step } from "./step.ts"

/** Decides, from what was observed alone, what to do next. The same observation gives the same plan, and after its steps it is empty. */
export function plan(observed: Observed): Plan {
  try {
    return { tag: observed.tag, ...decide(observed) }
  } catch (error) {
    if (error instanceof Problem) return { tag: observed.tag, steps: [], problem: error.summary() }
    throw error
  }
}

function decide(observed: Observed): Omit<Plan, "tag"> {
  const { artifacts } = observed.batch
  const upload = held(observed)
  if (upload) return { steps: [], ...upload }
  const refused = refusal(artifacts)
  if (refused) return { steps: withdraw(observed), problem: refused }

  const manifest = readManifest(observed.workspace.manifest, observed.policy.manifestPath)
  if (observed.published) return planPublished(observed, observed.published, manifest)
  if (artifacts.length === 0) return { steps: [], waitingFor: observed.policy.artifacts.map((spec) => spec.name) }
  return waitForRest(observed) ?? planDraft(observed, manifest)
}

function waitForRest(observed: Observed): Omit<Plan, "tag"> | undefined {
  const wait = waiting(observed)
  return wait && { steps: [], ...wait }
}

/** Why the batch cannot be released as it lies there, told from the listing and from what a look has shown. */
function refusal(artifacts: Artifact[]): ProblemSummary | undefined {
  for (const artifact of artifacts) {
    const twin = artifacts.find((other) => other !== artifact && other.name === artifact.name)
    if (twin) {
      const message = `both ${artifact.file.path} and ${twin.file.path} belong to this release`
      return new Problem("INBOX_AMBIGUOUS", message).summary()
    }
    const problem =
      sizeRefusal({ name: artifact.name, sizeBytes: artifact.file.sizeBytes })?.summary() ?? artifact.refused
    if (problem) return problem
  }
  return undefined
}

/** A batch that turned out to be bad leaves nothing behind: its draft goes, unless it holds files that are not ours. */
function withdraw(observed: Observed): Step[] {
  if (!observed.batch.artifacts.some((artifact) => artifact.refused)) return []
  return observed.drafts
    .filter((draft) => isOurs(draft, observed))
    .map((draft) => ({ kind: "discard-draft", id: draft.id }))
}
