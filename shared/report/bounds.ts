import { type Finding, type Outcome, worst } from "../checks/check.ts"

/** How many findings of one check are kept. */
const FINDINGS = 10

/** How long the findings of one check may be together, in bytes of JSON; the first is kept whatever its length. */
const FINDINGS_BYTES = 1400

/** How long one text may be, in bytes of JSON: a control character counts as the six that it is written with. */
const MESSAGE_BYTES = 500

const WORST_FIRST: readonly Outcome[] = ["fail", "warn", "pass", "skip"]

/** The findings that are worth remembering, the worst first, and how many were left out. */
export function boundedFindings(findings: readonly Finding[]): Finding[] {
  const sorted = findings.toSorted((a, b) => WORST_FIRST.indexOf(a.outcome) - WORST_FIRST.indexOf(b.outcome))
  const kept: Finding[] = []
  let bytes = 0
  for (const finding of sorted.slice(0, FINDINGS)) {
    const short = shortened(finding)
    bytes += jsonBytes(short)
    if (kept.length > 0 && bytes > FINDINGS_BYTES) break
    kept.push(short)
  }
  const rest = sorted.slice(kept.length)
  return rest.length === 0 ? kept : [...kept, { outcome: worst(rest), message: `and ${rest.length} more` }]
}

function shortened({ message, remedy, ...finding }: Finding): Finding {
  const short = { ...finding, message: cut(message, MESSAGE_BYTES) }
  return remedy === undefined ? short : { ...short, remedy: cut(remedy, MESSAGE_BYTES) }
}

/** A text of at most so many bytes of JSON; `…` says that there was more. */
export function cut(text: string, maxBytes: number): string {
  if (text.length * 6 <= maxBytes || jsonBytes(text) - 2 <= maxBytes) return text
  let bytes = 3
  let short = ""
  for (const character of text) {
    bytes += jsonBytes(character) - 2
    if (bytes > maxBytes) break
    short += character
  }
  return `${short}…`
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
