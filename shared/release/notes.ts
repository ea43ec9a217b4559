import type { Observed } from "./observe.ts"

/** GitHub's limit for a release's body, in characters. */
export const BODY_LIMIT = 125_000

/** `Nexy 1.6.1.44`. */
export function releaseTitle(observed: Observed): string {
  return `${observed.policy.product} ${observed.tag.slice(1)}`
}

/** The notes as the release's body; notes that are too long end in a link to the asset. */
export function releaseBody(observed: Observed): string {
  const notes = observed.batch.artifacts.find((artifact) => artifact.kind === "notes")
  const text = notes?.notes ?? ""
  if (text.length <= BODY_LIMIT) return text
  const link = `\n\n[The whole notes](${observed.downloadBase}${notes?.name})\n`
  return text.slice(0, BODY_LIMIT - link.length).replace(/[\uD800-\uDBFF]$/, "") + link
}
