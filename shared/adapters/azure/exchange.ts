import { asProblem, Problem } from "../../problem.ts"
import { isCredential, isOutageStatus } from "./sdk-error.ts"
import { refusalRemedy } from "./storage-refusal.ts"

/** What both storage SDKs throw. `code` is the storage's own (`BlobNotFound`) or the network's (`ECONNREFUSED`). */
interface Fault extends Error {
  statusCode?: number
  code?: string
  /** Answers to HEAD have no body: their code is here only. */
  details?: { errorCode?: string }
}

interface ExchangeOptions<T> {
  signal?: AbortSignal | undefined
  /** How long the storage may be silent. `work` moves the deadline with `alive`. */
  deadlineMs?: number
  /** What certain answers mean here, by HTTP status. */
  on?: Record<number, () => T>
}

/** Longer than all tries of a small call that is answered at all. */
const defaultDeadlineMs = 15_000

/**
 * One exchange with the storage. `what` completes "Storage refuses to …". Every failure comes out as a Problem:
 * STORAGE_REFUSED, STORAGE_UNREACHABLE (also when no answer comes in time), or the reason of the caller's signal.
 */
export async function exchange<T>(
  what: string,
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
  { signal, deadlineMs = defaultDeadlineMs, on = {} }: ExchangeOptions<T> = {},
): Promise<T> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), deadlineMs)
  try {
    const either = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal
    return await work(either, () => timer.refresh())
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (silence.signal.aborted) throw unreachable(what, `no sign of life for ${deadlineMs / 1000} s`, error)
    const meaning = on[statusOf(error) ?? 0]
    if (meaning) return meaning()
    throw storageProblem(what, error)
  } finally {
    clearTimeout(timer)
  }
}

/** `exchange` with another patience, where nothing else is said. */
export function exchangeWithin(defaultMs: number | undefined): typeof exchange {
  return (what, work, options) =>
    exchange(what, work, { ...(defaultMs !== undefined && { deadlineMs: defaultMs }), ...options })
}

/** The storage's error code, like `ContainerNotFound`, or the network's. */
export function codeOf(error: unknown): string | undefined {
  const { code, details } = error as Partial<Fault>
  return details?.errorCode ?? code
}

/** The HTTP status of an error, undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as Partial<Fault>).statusCode
}

/** STORAGE_UNREACHABLE, in the words of an exchange. */
export function unreachable(what: string, reason: string, cause?: unknown): Problem {
  return new Problem("STORAGE_UNREACHABLE", `Storage cannot be reached to ${what}: ${reason}`, { cause })
}

/** Any failure of the storage as a Problem. Its own long text stays out: it repeats ids and times, and never says more. */
function storageProblem(what: string, error: unknown): Problem {
  if (error instanceof Problem || !(error instanceof Error)) return asProblem(error)
  const status = statusOf(error)
  const code = codeOf(error) ?? error.name
  const reason = status === undefined ? code : `${status} ${code}`
  if (isOutage(error, code, status)) return unreachable(what, reason, error)
  if (isRefusal(error, code, status)) {
    const remedy = refusalRemedy(code, error)
    return new Problem("STORAGE_REFUSED", `Storage refuses to ${what}: ${reason}`, {
      cause: error,
      ...(remedy && { remedy }),
    })
  }
  if (status === undefined) return asProblem(error)
  return new Problem("INTERNAL", `Storage did not understand the call to ${what}: ${reason}`, { cause: error })
}

function isOutage({ name }: Error, code: string, status: number | undefined): boolean {
  if (isOutageStatus(status)) return true
  if (code === "ContainerBeingDeleted" || code === "QueueBeingDeleted" || code === "PARSE_ERROR") return true
  // The SDK says AbortError, too, when the other side closes in the middle of an answer.
  return status === undefined && (name === "RestError" || name === "AbortError" || /^E[A-Z]+$/.test(code))
}

function isRefusal(error: Error, code: string, status: number | undefined): boolean {
  if (status === 401 || status === 403 || code === "InvalidAuthenticationInfo") return true
  return isCredential(error)
}
