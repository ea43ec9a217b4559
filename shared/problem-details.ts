import { asProblem, type ProblemCode } from "./problem.ts"

/** An answer in the form of RFC 9457, with Slipway's `code` and `remedy` beside the standard members. */
export interface ProblemDetails {
  status: number
  title: string
  detail: string
  code: ProblemCode
  remedy: string
}

const STATUS: Partial<Record<ProblemCode, number>> = {
  REQUEST_INVALID: 400,
  REQUEST_TOO_LARGE: 413,
  TAG_INVALID: 400,
  VERSION_INVALID: 400,
  NOT_FOUND: 404,
  NOT_ACCEPTABLE: 406,
  LEASE_BUSY: 409,
  STATE_CONFLICT: 409,
  VERSION_NOT_NEWER: 409,
  VERSION_UNREADABLE: 409,
  VERSION_POINT_UNMATCHED: 409,
  FILE_UNREADABLE: 409,
  WORKSPACE_MOVED: 409,
  WORKSPACE_REFUSED: 409,
  GITHUB_RATE_LIMITED: 503,
  GITHUB_UNREACHABLE: 503,
  GITHUB_FAILED: 502,
  STORAGE_UNREACHABLE: 503,
  INTERNAL: 500,
}

/** Any failure as problem details; what only the people who run Slipway can mend is a 500. */
export function problemDetails(error: unknown): ProblemDetails {
  const { code, message, remedy } = asProblem(error)
  const title = code.toLowerCase().replaceAll("_", " ")
  // What was not foreseen may quote anything; the log has it, the answer does not.
  const detail = code === "INTERNAL" ? "Something failed that was not foreseen. The log has the details." : message
  return { status: STATUS[code] ?? 500, title, detail, code, remedy }
}
