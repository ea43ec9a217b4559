import { appProblems } from "./problems/app.ts"
import { azureProblems } from "./problems/azure.ts"
import { checkProblems } from "./problems/check.ts"
import { githubProblems } from "./problems/github.ts"
import { releaseProblems } from "./problems/release.ts"
import { storageProblems } from "./problems/storage.ts"

/**
 * Every failure a person may see: a stable code, and what to do about it.
 * `retryable` says whether running the same work again, unchanged, can mend it.
 */
export const problems = {
  ...appProblems,
  ...releaseProblems,
  ...checkProblems,
  ...githubProblems,
  ...azureProblems,
  ...storageProblems,
} as const satisfies Record<string, { remedy: string; retryable: boolean }>

export type ProblemCode = keyof typeof problems

/** What a record, report or answer carries of a Problem. */
export interface ProblemSummary {
  code: ProblemCode
  message: string
  remedy: string
}

interface ProblemOptions {
  cause?: unknown
  /** Replaces the code's own remedy where the place of failure knows better. */
  remedy?: string
  /** How long the other side asks us to stay away, in seconds. */
  retryAfterSeconds?: number
}

/** A failure that stops the work, told to a person: what happened, and what to do. */
export class Problem extends Error {
  override readonly name = "Problem"
  readonly code: ProblemCode
  readonly remedy: string
  readonly retryable: boolean
  readonly retryAfterSeconds: number | undefined

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy ?? problems[code].remedy
    this.retryable = problems[code].retryable
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  /** The part of it that may be stored and shown. */
  summary(): ProblemSummary {
    return { code: this.code, message: this.message, remedy: this.remedy }
  }
}

/** Any thrown value as a Problem: itself, or INTERNAL around what was not foreseen. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new Problem("INTERNAL", message, { cause: error })
}
