import { asProblem, Problem, type ProblemCode } from "../../problem.ts"

/** One entry of a GraphQL answer's `errors`. The type is what counts; texts change. */
export interface GraphqlFault {
  type?: string
  message: string
  path?: (string | number)[]
}

type Headers = Record<string, string | number | undefined>

/** What Octokit throws: `response` is there only if GitHub answered. Without an answer it claims status 500. */
interface RequestFault extends Error {
  status: number
  request?: { method: string; url: string }
  response?: { status: number; headers: Headers; data: unknown }
}

/** GitHub asks for a minute when a secondary limit names no time of its own. */
const defaultRetryAfterSeconds = 60

/**
 * Any failure of a request to GitHub as a Problem that names the request and GitHub's own words, without what `hide` leaves out. Octokit's
 * error is left out whole where GitHub has answered: it holds the answer.
 */
export function githubProblem(error: unknown, nowMs: number, hide: (text: string) => string): Problem {
  const own = causes(error).find((link) => link instanceof Problem)
  if (own) return own
  if (!isRequestFault(error)) return asProblem(error)
  const call = error.request ? `${error.request.method} ${pathOf(error.request.url)}` : "The request to GitHub"
  if (!error.response) {
    const reason = causes(error).at(-1)?.message || error.message
    return new Problem("GITHUB_UNREACHABLE", `${call} got no answer: ${hide(reason)}`, { cause: error })
  }
  const { status, headers, data } = error.response
  const words = hide(wordsOf(data))
  const code = codeOf(status, headers, words)
  return new Problem(code, `${call} answered ${status}${words && `: ${words}`}`, {
    cause: refusal(call, status, error.request),
    ...(code === "GITHUB_RATE_LIMITED" && { retryAfterSeconds: retryAfterSeconds(headers, nowMs) }),
  })
}

/** The Problem in a GraphQL answer that any query may get, or undefined when the caller has to judge. */
export function graphqlProblem(faults: readonly GraphqlFault[], headers: Headers, nowMs: number): Problem | undefined {
  for (const { type, message } of faults) {
    const text = `POST /graphql answered: ${message}`
    // What forbids a commit comes with one type from a branch's protection and with others from rulesets.
    if (/rule violation/i.test(message)) continue
    if (type === "RATE_LIMITED" || saysRateLimit(message))
      return new Problem("GITHUB_RATE_LIMITED", text, { retryAfterSeconds: retryAfterSeconds(headers, nowMs) })
    if (type === "FORBIDDEN" || type === "INSUFFICIENT_SCOPES") return new Problem("GITHUB_FORBIDDEN", text)
    // "Something went wrong while executing your query" has no type: GitHub's own failure.
    if (type === undefined || type === "INTERNAL" || type === "SERVICE_UNAVAILABLE")
      return new Problem("GITHUB_FAILED", text)
  }
  return undefined
}

/** Whether an error is a Problem with one of the codes. */
export function isProblem(error: unknown, ...codes: ProblemCode[]): error is Problem {
  return error instanceof Problem && codes.includes(error.code)
}

/** What is kept of an answer. */
type Refusal = Error & { path: string }

function refusal(call: string, status: number, request: RequestFault["request"]): Refusal {
  return Object.assign(new Error(`${call} answered ${status}`), { path: request ? pathOf(request.url) : "" })
}

/** The path of the request that GitHub refused, where it has answered one. */
export function refusedPath({ cause }: Problem): string {
  return cause instanceof Error && "path" in cause && typeof cause.path === "string" ? cause.path : ""
}

/** Whether GitHub said 404 to a write in a repository that can be read: the thing is gone, or hidden from us. */
export function isHidden(error: unknown): boolean {
  return isProblem(error, "GITHUB_FORBIDDEN") && isProblem(error.cause, "GITHUB_NOT_FOUND")
}

function codeOf(status: number, headers: Headers, words: string): ProblemCode {
  if (status === 401) return "GITHUB_UNAUTHORIZED"
  if (status === 429) return "GITHUB_RATE_LIMITED"
  if (status === 403) return limited(headers, words) ? "GITHUB_RATE_LIMITED" : "GITHUB_FORBIDDEN"
  if (status === 404) return "GITHUB_NOT_FOUND"
  if (status >= 500 || status < 400) return "GITHUB_FAILED"
  return /used by an immutable release/i.test(words) ? "TAG_BURNED" : "GITHUB_REFUSED"
}

function limited(headers: Headers, words: string): boolean {
  return String(headers["x-ratelimit-remaining"]) === "0" || "retry-after" in headers || saysRateLimit(words)
}

function saysRateLimit(words: string): boolean {
  return /rate limit|abuse detection/i.test(words)
}

/** `Retry-After` before the reset of the primary limit, which is measured against GitHub's own clock. */
function retryAfterSeconds(headers: Headers, nowMs: number): number {
  const asked = Number(headers["retry-after"])
  if (asked >= 0) return Math.max(1, Math.ceil(asked))
  const resetSeconds = Number(headers["x-ratelimit-reset"])
  if (String(headers["x-ratelimit-remaining"]) !== "0" || !(resetSeconds > 0)) return defaultRetryAfterSeconds
  const theirNowMs = Date.parse(String(headers.date)) || nowMs
  return Math.max(1, Math.ceil(resetSeconds - theirNowMs / 1000))
}

/** GitHub's message with its field errors. An HTML page from a proxy says nothing to a person. */
function wordsOf(data: unknown): string {
  if (typeof data !== "object" || data === null || !("message" in data)) return ""
  const errors = "errors" in data && Array.isArray(data.errors) ? data.errors : []
  return [String(data.message), ...errors.map(fieldError)].join("; ")
}

function fieldError(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error)
  const { resource, field, code, message } = error as Record<string, unknown>
  return message ? String(message) : [resource, field, code].filter(Boolean).join(" ")
}

function isRequestFault(error: unknown): error is RequestFault {
  return error instanceof Error && "status" in error && typeof error.status === "number"
}

/** Without the query: it is never needed to know which call failed. */
function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? url
}

function causes(error: unknown): Error[] {
  const links: Error[] = []
  for (let link = error; link instanceof Error && links.length < 10; link = link.cause) links.push(link)
  return links
}
