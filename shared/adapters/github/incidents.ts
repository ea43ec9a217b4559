import type { Incident, Incidents } from "../../ports/incidents.ts"
import { Problem } from "../../problem.ts"
import type { GithubClient } from "./client.ts"
import { isHidden, isProblem } from "./errors.ts"
import { lookFirst } from "./look-first.ts"

const issues = "/repos/{owner}/{repo}/issues"

/** One method with all its calls ends within this: a message is claimed for two minutes, then another run may say it. */
const DEADLINE_MS = 25_000

/** GitHub's own limit is 65,536 characters. */
const BODY_LIMIT = 60_000

/** How many pages of a hundred are searched for an issue: an alert's is among the newest. */
const ISSUE_PAGES = 3

/** Comments are listed oldest first, and an issue takes 2,500 of them: all are searched. */
const COMMENT_PAGES = 25

type Rest = (route: string, parameters?: Record<string, unknown>) => Promise<unknown>

/** Alerts as issues of a repository. Needs Issues: write. `deadlineMs` is for one method with all its calls. */
export function githubIncidents(client: GithubClient, repository: string, deadlineMs = DEADLINE_MS): Incidents {
  const withDeadline = (): Rest => {
    const request = { signal: AbortSignal.timeout(deadlineMs) }
    return async (route, parameters) => (await client.rest(repository, route, { ...parameters, request })).data
  }

  return {
    async open({ title, body, marker }) {
      const rest = withDeadline()
      // The newest first, closed ones too: somebody may have closed it by hand.
      const list = (page: number) =>
        rest(`GET ${issues}`, { state: "all", sort: "created", direction: "desc", per_page: 100, page })
      const look = async () => {
        const found = await search(list, ISSUE_PAGES, marker)
        return found === undefined ? undefined : asIncident(found)
      }
      const write = async () => asIncident(await rest(`POST ${issues}`, { title, body: withMarker(body, marker) }))
      return (await look()) ?? (await lookFirst(write, look))
    },

    async add(number, { body, marker }) {
      const rest = withDeadline()
      const route = `${issues}/{issue_number}/comments`
      const list = (page: number) => rest(`GET ${route}`, { issue_number: number, per_page: 100, page })
      const look = () => search(list, COMMENT_PAGES, marker)
      const write = () => rest(`POST ${route}`, { issue_number: number, body: withMarker(body, marker) })
      await unlessGone(rest, async () => (await look()) ?? (await lookFirst(write, look)))
    },

    async close(number) {
      const rest = withDeadline()
      // Closing what is closed changes nothing, so that a lost answer is no doubt.
      const write = () => rest(`PATCH ${issues}/{issue_number}`, { issue_number: number, state: "closed" })
      const look = async () => undefined
      await unlessGone(rest, () => lookFirst(write, look))
    },
  }
}

/** Deleted, or moved elsewhere: there is nothing left to say it to. A repository that is hidden from us is no such case. */
async function unlessGone(rest: Rest, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isProblem(error, "GITHUB_NOT_FOUND")) await rest("GET /repos/{owner}/{repo}")
    else if (!isHidden(error) && !isDeleted(error)) throw error
  }
}

/** The entry whose text carries the marker, or undefined. Pages of a hundred, counted from 1. */
async function search(list: (page: number) => Promise<unknown>, pages: number, marker: string): Promise<unknown> {
  for (let page = 1; page <= pages; page++) {
    const found = await list(page)
    if (!Array.isArray(found)) throw new Problem("GITHUB_FAILED", "GitHub's list of issues was cut short")
    const marked = found.find((each: { body?: unknown }) => String(each.body ?? "").includes(hidden(marker)))
    if (marked !== undefined || found.length < 100) return marked
  }
  return undefined
}

/** 410: GitHub says so of a deleted issue. */
function isDeleted(error: unknown): boolean {
  return isProblem(error, "GITHUB_REFUSED") && error.message.includes(" 410")
}

function hidden(marker: string): string {
  return `<!-- slipway ${marker} -->`
}

function withMarker(body: string, marker: string): string {
  return `${body.slice(0, BODY_LIMIT).toWellFormed()}\n\n${hidden(marker)}`
}

function asIncident(data: unknown): Incident {
  const { number, html_url: url } = (data ?? {}) as { number?: unknown; html_url?: unknown }
  if (typeof number === "number" && typeof url === "string") return { number, url }
  throw new Problem("GITHUB_FAILED", "GitHub answered without an issue: the answer was cut short")
}
