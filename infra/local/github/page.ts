import type { Answer } from "./answer.ts"
import type { Call } from "./call.ts"

/** One page of a list, with GitHub's Link header: 30 entries unless asked for more, 100 at most. */
export function page<T>(call: Call, all: readonly T[], show: (item: T) => unknown): Answer {
  const size = Math.min(positive(call.query.get("per_page")) ?? 30, 100)
  const current = positive(call.query.get("page")) ?? 1
  const last = Math.max(Math.ceil(all.length / size), 1)
  const link = (rel: string, number: number) => {
    const query = new URLSearchParams(call.query)
    query.set("page", String(number))
    return `<${call.bases.api}${call.path}?${query}>; rel="${rel}"`
  }
  const before = current > 1 ? [link("prev", current - 1), link("first", 1)] : []
  const after = current < last ? [link("next", current + 1), link("last", last)] : []
  const links = [...before, ...after]
  return {
    status: 200,
    json: all.slice((current - 1) * size, current * size).map(show),
    ...(links.length === 0 ? {} : { headers: { link: links.join(", ") } }),
  }
}

function positive(text: string | null): number | undefined {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : undefined
}
