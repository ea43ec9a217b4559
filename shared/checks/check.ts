import { asProblem, Problem, type ProblemCode } from "../problem.ts"
import type { Sight } from "./sight.ts"

export type Outcome = "pass" | "warn" | "fail" | "skip"

/** One thing that a check has seen. */
export interface Finding {
  outcome: Outcome
  /** For people, one sentence without its full stop: what was seen, or why nothing was looked at. */
  message: string
  /** Of a warning or failure: what it is called, and what to do about it. */
  code?: ProblemCode
  remedy?: string
}

/** One thing that is verified from the outside. It judges what it has gathered, and never changes the world. */
export interface Check {
  id: CheckId
  /** The claim that is checked, for people: "The update server answers". */
  title: string
  /** How long one try may take. */
  timeoutMs: number
  /** How often a failure is looked at before it counts; at least 1. */
  tries: number
  /** What it throws is a failing finding. `signal` aborts when the time is over. */
  run(sight: Sight, signal: AbortSignal): Promise<Finding | Finding[]>
}

/** Every check there is, in the order in which people read them. (product specification, section 8) */
export const CHECK_IDS = [
  "inbox",
  "github",
  "release",
  "assets",
  "download",
  "manifest",
  "versions",
  "health",
  "updates",
  "appcast",
  "certificate",
  "vm-secret",
  "vm-manifest",
  "key-vault",
] as const

export type CheckId = (typeof CHECK_IDS)[number]

/** How a check ended: its worst finding counts. */
export interface CheckResult {
  id: CheckId
  title: string
  outcome: Outcome
  findings: Finding[]
  /** When it began, ISO 8601 in UTC. */
  at: string
  durationMs: number
  /** How many tries it took; more than 1 with outcome `pass` reads "passed after N tries". */
  tries: number
}

export function pass(message: string): Finding {
  return { outcome: "pass", message }
}

export function skip(reason: string): Finding {
  return { outcome: "skip", message: reason }
}

/** A failure that a person must mend. The remedy is the code's own unless a better one is known. */
export function fail(code: ProblemCode, message: string, remedy?: string): Finding {
  return told("fail", new Problem(code, message, remedy === undefined ? {} : { remedy }))
}

/** Something that will become a failure, or that somebody should know. */
export function warn(code: ProblemCode, message: string, remedy?: string): Finding {
  return told("warn", new Problem(code, message, remedy === undefined ? {} : { remedy }))
}

/** Whatever a check threw, as a finding. What was not foreseen may quote anything, so it keeps only its name. */
export function thrown(error: unknown): Finding {
  if (error instanceof Problem) return told("fail", error)
  const name = error instanceof Error ? error.name : typeof error
  return told("fail", new Problem("INTERNAL", `the check itself failed: ${name}`, { cause: asProblem(error) }))
}

function told(outcome: "warn" | "fail", problem: Problem): Finding {
  return { outcome, ...problem.summary() }
}

const WORST_FIRST: readonly Outcome[] = ["fail", "warn", "pass", "skip"]

/** The outcome of several findings: the worst, and `skip` only where nothing else was seen. */
export function worst(findings: readonly Finding[]): Outcome {
  return WORST_FIRST.find((outcome) => findings.some((finding) => finding.outcome === outcome)) ?? "skip"
}
