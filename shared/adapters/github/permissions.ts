import type { Permissions, RepositoryAccess } from "../../ports/permissions.ts"
import type { GithubAnswer, GithubClient } from "./client.ts"
import { isProblem } from "./errors.ts"

type Granted = Record<string, string>

const needed: Granted = { contents: "write" }

/** What is worth having, and what for. */
const wanted = (incidents: boolean): { [permission: string]: { level: string; why: string } } => ({
  administration: { level: "read", why: "to see whether releases are immutable" },
  ...(incidents && { issues: { level: "write", why: "for the incident in alerts.issuesIn" } }),
})

/** Metadata comes with every App; a tag on a commit with workflow files asks for the other. Nobody has to have them. */
const harmless: Granted = { metadata: "read", workflows: "write" }

/** Of a classic token; the last lets it make a tag on a commit with workflow files. */
const SCOPES = ["repo", "public_repo", "workflow"]

/**
 * Asks GitHub, with reads only, who we are and what we may do. `incidents`: whether issues are opened at all. Throws the GITHUB_
 * codes, but for an absent repository.
 */
export async function githubPermissions(
  client: GithubClient,
  repositories: readonly [string, ...string[]],
  { incidents = false } = {},
): Promise<Permissions> {
  const asApp = client.signedInAs === "app"
  const [identity, ...seen] = await Promise.all([
    client.rest(repositories[0], asApp ? "GET /app" : "GET /user"),
    ...repositories.map((repository) => look(client, repository)),
  ])
  // Of a token that has permissions instead of scopes it is absent or blank: https://github.com/cli/cli/pull/2207
  const scopes = asApp ? undefined : identity.headers["x-oauth-scopes"]
  const held = scopes ? String(scopes).split(/, */) : undefined
  const { login, slug } = identity.data as { login?: string; slug?: string }
  const rateLimit = rateLimitOf(seen.find(({ answer }) => answer)?.answer ?? identity)
  return {
    login: String(asApp ? slug : login),
    ...(rateLimit && { rateLimit }),
    repositories: seen.map((each) => accessOf(each, { held, incidents })),
  }
}

/** What GitHub tells of one repository; no answer where it is absent or hidden. */
interface Seen {
  repository: string
  answer?: GithubAnswer
  granted?: Granted | undefined
  immutable?: boolean | undefined
}

async function look(client: GithubClient, repository: string): Promise<Seen> {
  const answer = await client.rest(repository, "GET /repos/{owner}/{repo}").catch((error: unknown) => {
    if (isProblem(error, "GITHUB_NOT_FOUND")) return undefined
    throw error
  })
  if (!answer) return { repository }
  const [granted, immutable] = await Promise.all([grantedTo(client, repository), immutability(client, repository)])
  return { repository, answer, granted, immutable }
}

function accessOf(
  { repository, answer, granted, immutable }: Seen,
  { held, incidents }: { held: string[] | undefined; incidents: boolean },
): RepositoryAccess {
  const nothing: Judged = { missing: [], excess: [], lacking: [] }
  if (!answer) return { repository, exists: false, private: false, canRead: false, canWrite: false, ...nothing }
  const { private: hidden, permissions } = answer.data as { private?: boolean; permissions?: { push?: boolean } }
  const judged = granted ? judgeApp(granted, incidents) : judgeScopes(held, hidden === true)
  return {
    repository,
    exists: true,
    private: hidden === true,
    canRead: granted ? granted.contents !== undefined : true,
    // The role of a token's owner is worth no more than the token.
    canWrite: judged.missing.length === 0 && (granted !== undefined || permissions?.push === true),
    ...(immutable !== undefined && { immutable }),
    ...judged,
  }
}

type Judged = Pick<RepositoryAccess, "missing" | "excess" | "lacking">

function judgeApp(granted: Granted, incidents: boolean): Judged {
  const more = wanted(incidents)
  const levels = Object.fromEntries(Object.entries(more).map(([name, { level }]) => [name, level]))
  return {
    missing: beyond(needed, granted),
    excess: beyond(granted, { ...harmless, ...levels, ...needed }),
    lacking: beyond(levels, granted).map((told) => `${told}, ${more[told.split(":")[0] ?? ""]?.why}`),
  }
}

function judgeScopes(held: string[] | undefined, isPrivate: boolean): Judged {
  if (!held) return { missing: [], excess: [], lacking: [] }
  const enough = held.includes("repo") || (!isPrivate && held.includes("public_repo"))
  const missing = enough ? [] : [isPrivate ? "repo" : "public_repo"]
  return { missing, excess: held.filter((scope) => !SCOPES.includes(scope)), lacking: [] }
}

/** The permissions the App was granted where this repository is; undefined for a token. */
async function grantedTo(client: GithubClient, repository: string): Promise<Granted | undefined> {
  if (client.signedInAs === "token") return undefined
  const { data } = await client.rest(repository, "GET /repos/{owner}/{repo}/installation")
  return (data as { permissions: Granted }).permissions
}

/** 404 says off as well as hidden; for those who may not see it GitHub mostly says 403. */
async function immutability(client: GithubClient, repository: string): Promise<boolean | undefined> {
  const route = "GET /repos/{owner}/{repo}/immutable-releases"
  try {
    const { data } = await client.rest(repository, route)
    return (data as { enabled?: boolean }).enabled === true
  } catch (error) {
    if (isProblem(error, "GITHUB_NOT_FOUND")) return false
    if (isProblem(error, "GITHUB_FORBIDDEN")) return undefined
    throw error
  }
}

/** The permissions of `some` that go beyond those of `others`, as `name: level`. */
function beyond(some: Granted, others: Granted): string[] {
  const levels = ["none", "read", "write", "admin"]
  return Object.entries(some)
    .filter(([name, level]) => levels.indexOf(level) > levels.indexOf(others[name] ?? "none"))
    .map(([name, level]) => `${name}: ${level}`)
}

function rateLimitOf({ headers }: GithubAnswer): Permissions["rateLimit"] {
  const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) => headers[`x-ratelimit-${name}`])
  if (limit === undefined || remaining === undefined) return undefined
  const resetsAt = new Date(Number(reset ?? 0) * 1000).toISOString()
  return { limit: Number(limit), remaining: Number(remaining), resetsAt }
}
