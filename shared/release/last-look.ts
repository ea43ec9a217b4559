import type { Release } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import type { Artifact } from "./model.ts"
import { knowledgeKey } from "./record.ts"
import type { ExpectedAsset } from "./step.ts"

/** The last look before the world sees a draft. Throws RELEASE_CHANGED when it is not exactly what was planned. */
export function mustHold(draft: Release | undefined, expected: readonly ExpectedAsset[]): asserts draft is Release {
  if (!draft) throw new Problem("RELEASE_CHANGED", "the draft is gone")
  const holds = expected.every(({ name, digest, sizeBytes }) =>
    draft.assets.some(
      (asset) =>
        asset.name === name && asset.state === "uploaded" && asset.digest === digest && asset.sizeBytes === sizeBytes,
    ),
  )
  if (!holds || draft.assets.length !== expected.length) {
    throw new Problem("RELEASE_CHANGED", `the draft of ${draft.tag} does not hold what was sent`)
  }
}

/** What was replaced, taken away or added since is not what its owner wants published any more. Throws INBOX_CHANGED. */
export function mustBeSameBatch(sent: readonly Artifact[], now: readonly Artifact[]): void {
  const [before, after] = [sent.map(({ file }) => knowledgeKey(file)), now.map(({ file }) => knowledgeKey(file))]
  const other = [...before.filter((one) => !after.includes(one)), ...after.filter((one) => !before.includes(one))][0]
  if (other) throw new Problem("INBOX_CHANGED", `${other.split("\n")[0]} changed since the batch was sent`)
}
