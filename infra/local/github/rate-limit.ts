import { type Answer, json, Refusal } from "./answer.ts"

/** Counts requests by the hour. */
export interface RateLimit {
  /** Counts one request. Throws 403 when there are none left. */
  spend(): void
  /** The headers that go with every answer. */
  headers(): Record<string, string>
  /** GET /rate_limit, which costs nothing itself. */
  show(): Answer
}

const hour = 3600 // seconds

export function countRequests(limit: number, now: () => Date): RateLimit {
  let reset = 0
  let used = 0
  const current = () => {
    const seconds = Math.floor(now().getTime() / 1000)
    if (seconds >= reset) [reset, used] = [seconds + hour, 0]
    return { limit, remaining: Math.max(limit - used, 0), reset, used: Math.min(used, limit) }
  }
  return {
    spend() {
      if (current().remaining === 0) throw new Refusal(403, "API rate limit exceeded for user ID 1.")
      used++
    },
    headers: () => ({
      ...Object.fromEntries(Object.entries(current()).map(([name, value]) => [`x-ratelimit-${name}`, String(value)])),
      "x-ratelimit-resource": "core",
    }),
    show: () => json({ resources: { core: current(), search: current(), graphql: current() }, rate: current() }),
  }
}
