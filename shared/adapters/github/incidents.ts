import type { Incident, Incidents } from "../../ports/incidents.ts"
import { Problem } from "../../problem.ts"
import type { GithubClient } from "./client.ts"
import { isHidden, isProblem } from "./errors.ts"
import { lookFirst } from "./look-first.ts"

const issues = "/repos/{owner}/{repo}/issues"

/** GitHub's own limit is 65,536 characters. */
const BODY_LIMIT = 60_000

/** How many pages of a hundred are searched for a marker: an alert's issue is among the newest. */
const PAGES = 3

/** Alerts as issues of a repository. Needs Issues: write. */
export function githubIncidents(client: GithubClient, repository: string): Incidents {
  const rest = async (route: string, parameters: Record<string, unknown>) =>
    (await client.rest(repository, route, parameters)).data

  async function search(route: string, parameters: Record<string, unknown>, marker: string): Promise<unknown> {
    for (let page = 1; page <= PAGES; page++) {
      const found = await rest(route, { ...parameters, per_page: 100, page })
      if (!Array.isArray(found)) throw new Problem("GITHUB_FAILED", "GitHub's list of issues was cut short")
      const marked = found.find((each: { body?: unknown }) => String(each.body ?? "").includes(hidden(marker)))
      if (marked !== undefined || found.length < 100) return marked
    }
    return undefined
  }

  return {
    async open({ title, body, marker }) {
      // The newest first, closed ones too: somebody may have closed it by hand.
      const look = async () => {
        const found = await search(`GET ${issues}`, { state: "all", sort: "created", direction: "desc" }, marker)
        return found === undefined ? undefined : asIncident(found)
      }
      const write = async () => asIncident(await rest(`POST ${issues}`, { title, body: withMarker(body, marker) }))
      return (await look()) ?? (await lookFirst(write, look))
    },

    async add(number, { body, marker }) {
      const route = `${issues}/{issue_number}/comments`
      const look = () => search(`GET ${route}`, { issue_number: number }, marker)
      const write = () => rest(`POST ${route}`, { issue_number: number, body: withMarker(body, marker) })
      await unlessGone(async () => (await look()) ?? (await lookFirst(write, look)))
    },

    async close(number) {
      // Closing what is closed changes nothing, so that a lost answer is no doubt.
      const write = () => rest(`PATCH ${issues}/{issue_number}`, { issue_number: number, state: "closed" })
      const look = async () => undefined
      await unlessGone(() => lookFirst(write, look))
    },
  }
}

/** Deleted, or moved elsewhere: there is nothing left to say it to. */
async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const gone = isProblem(error, "GITHUB_NOT_FOUND") || isHidden(error) || isDeleted(error)
    if (!gone) throw error
  }
}

/** 410: GitHub says so of a deleted issue. */
function isDeleted(error: unknown): boolean {
  return isProblem(error, "GITHUB_REFUSED") && error.message.includes(" 410")
}

function hidden(marker: string): string {
  return `<!-- slipway ${marker} -->`
}

function withMarker(body: string, marker: string): string {
  return `${body.slice(0, BODY_LIMIT)}\n\n${hidden(marker)}`
}

function asIncident(data: unknown): Incident {
  const { number, html_url: url } = (data ?? {}) as { number?: unknown; html_url?: unknown }
  if (typeof number === "number" && typeof url === "string") return { number, url }
  throw new Problem("GITHUB_FAILED", "GitHub answered without an issue: the answer was cut short")
}
