import { Problem } from "../../problem.ts"
import { appProblem } from "./app-problem.ts"
import { credentialsShown, type Send } from "./credentials-shown.ts"
import { type GraphqlFault, githubProblem, graphqlProblem, isProblem } from "./errors.ts"
import { type GithubAuth, type Session, signIn } from "./sign-in.ts"

/** Where GitHub is, who we are to it, and how patient we are. */
export interface GithubAccess {
  /** `https://api.github.com`, `https://HOST/api/v3` of GitHub Enterprise Server, or a look-alike. */
  apiUrl: string
  auth: GithubAuth
  userAgent?: string
  /** Deadline of one small call with all its tries; default 30 s. */
  timeoutMs?: number
  /** Deadline of an upload without a byte moving; default 60 s. */
  stallMs?: number
  /** How often a read that failed is tried again (default 2), and the first pause between (default 500 ms). */
  retries?: number
  retryDelayMs?: number
  /** Used for everything but uploads, which stream through `node:http`. */
  fetch?: typeof fetch
  /** Milliseconds since 1970, for rate limits whose answer carries no Date. */
  now?: () => number
}

export interface GithubAnswer {
  data: unknown
  headers: Record<string, string | number | undefined>
}

/** A signed-in connection. Reads are tried again; a write never is, because its answer may only have been lost. */
export interface GithubClient {
  readonly signedInAs: "token" | "app"
  /** Where people and downloads go: `https://github.com`. */
  readonly webUrl: string
  readonly stallMs: number
  /**
   * One REST call; `{owner}` and `{repo}` are filled in. A write answered with 404 means a missing permission when the
   * repository can be read (GitHub hides what may not be written): then it is GITHUB_FORBIDDEN. `parameters.request` (Octokit's)
   * replaces the deadline.
   */
  rest(repository: string, route: string, parameters?: Record<string, unknown>): Promise<GithubAnswer>
  /** One GraphQL call. Faults that every query may meet are thrown; the others come beside what data there is. */
  graphql(
    repository: string,
    document: string,
    variables: Record<string, unknown>,
  ): Promise<{ data: unknown; faults: GraphqlFault[] }>
}

/** 409 too: a stale id does not get fresher. 429 because waiting is the queue's business, not a function's. */
const doNotRetry = [400, 401, 403, 404, 409, 410, 422, 429, 451]

/** What renewed credentials may mend: another token or key, or an App that was installed anew. */
const RENEWABLE = ["GITHUB_UNAUTHORIZED", "GITHUB_APP_KEY_INVALID", "GITHUB_APP_NOT_INSTALLED"] as const

/** Only ever 0 per call: any other number makes the retry plugin forget `doNotRetry`. */
const once = { retries: 0 }

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** Loads Octokit and connects. Nothing is sent before the first call. */
export async function githubClient(access: GithubAccess): Promise<GithubClient> {
  const [{ Octokit }, { retry }] = await Promise.all([import("@octokit/rest"), import("@octokit/plugin-retry")])
  const PatientOctokit = Octokit.plugin(retry)
  const { timeoutMs = 30_000, stallMs = 60_000, retries = 2, retryDelayMs = 500, now = Date.now } = access
  const apiUrl = access.apiUrl.replace(/\/+$/, "")
  const send = (access.fetch ?? fetch) as Send
  const { watch, hide } = credentialsShown()
  const entrance = signIn(
    access.auth,
    (options) =>
      new PatientOctokit({
        ...options,
        baseUrl: apiUrl,
        userAgent: access.userAgent ?? "slipway",
        log: quiet,
        retry: { doNotRetry, retries, retryAfterBaseValue: retryDelayMs },
        request: {
          // The App's own sign-in calls come without a signal.
          fetch: watch((url, init) => send(url, { ...init, signal: init.signal ?? AbortSignal.timeout(timeoutMs) })),
        },
      }),
  )

  function problemOf(error: unknown, repository: string): Problem {
    const problem = githubProblem(error, now(), hide)
    return "token" in access.auth ? problem : appProblem(problem, access.auth.appId, repository)
  }

  /** Makes a call, and once more with renewed credentials when they were refused: nothing was done then. */
  async function attempt<T>(repository: string, call: (octokit: Session["octokit"]) => Promise<T>): Promise<T> {
    let session: Session | undefined
    try {
      session = await entrance.session(repository)
      return await call(session.octokit)
    } catch (error) {
      const problem = problemOf(error, repository)
      if (!isProblem(problem, ...RENEWABLE)) throw problem
      try {
        const renewed = await entrance.renewed(repository, session)
        if (renewed) return await call(renewed.octokit)
      } catch (again) {
        throw problemOf(again, repository)
      }
      throw problem
    }
  }

  async function rest(repository: string, route: string, parameters: Record<string, unknown> = {}) {
    const [owner, repo] = repository.split("/")
    const place = route.includes("{owner}") ? { owner, repo } : {}
    const reads = route.startsWith("GET ")
    const given = parameters.request as { fetch?: Send; signal?: AbortSignal } | undefined
    try {
      return await attempt(repository, async (octokit) => {
        const request = given ?? { signal: AbortSignal.timeout(timeoutMs) }
        const answer = await octokit.request(route, {
          ...place,
          ...parameters,
          request: { ...request, ...(given?.fetch && { fetch: watch(given.fetch) }), ...(!reads && once) },
        })
        checkDeadline(request.signal)
        return answer as GithubAnswer
      })
    } catch (error) {
      if (reads || !isProblem(error, "GITHUB_NOT_FOUND")) throw error
      await rest(repository, "GET /repos/{owner}/{repo}")
      throw new Problem("GITHUB_FORBIDDEN", `${error.message}, yet the repository can be read`, { cause: error })
    }
  }

  async function graphql(repository: string, document: string, variables: Record<string, unknown>) {
    return attempt(repository, async (octokit) => {
      const signal = AbortSignal.timeout(timeoutMs)
      const request = document.trimStart().startsWith("query") ? { signal } : { signal, ...once }
      try {
        const data: unknown = await octokit.graphql(document, { ...variables, request })
        checkDeadline(signal)
        if (data) return { data, faults: [] }
      } catch (error) {
        if (!isGraphqlError(error)) throw error
        const faults = error.errors.map((fault) => ({ ...fault, message: hide(fault.message) }))
        const problem = graphqlProblem(faults, error.headers, now())
        if (problem) throw problem
        return { data: error.data, faults }
      }
      throw new Problem("GITHUB_FAILED", "POST /graphql answered without data: the answer was cut short")
    })
  }

  return {
    signedInAs: "token" in access.auth ? "token" : "app",
    webUrl: webUrlOf(apiUrl),
    stallMs,
    rest,
    graphql,
  }
}

/** Octokit swallows a body that stops half-way; only the signal tells. */
function checkDeadline(signal: unknown): void {
  if (signal instanceof AbortSignal && signal.aborted)
    throw new Problem("GITHUB_UNREACHABLE", "GitHub began an answer and did not end it in time")
}

function isGraphqlError(
  error: unknown,
): error is { errors: GraphqlFault[]; data: unknown; headers: GithubAnswer["headers"] } {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors) && "headers" in error
}

/** `api.github.com` and `api.TENANT.ghe.com` lie beside the site; GitHub Enterprise Server and look-alikes below it. */
function webUrlOf(apiUrl: string): string {
  const url = new URL(apiUrl)
  return /^api\.(github\.com|[^.]+\.ghe\.com)$/.test(url.hostname)
    ? `https://${url.hostname.replace("api.", "")}`
    : apiUrl.replace(/\/api\/v3$/, "")
}
