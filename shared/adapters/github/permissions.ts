import type { Permissions, RepositoryAccess } from "../../ports/permissions.ts"
import type { GithubAnswer, GithubClient } from "./client.ts"
import { isProblem } from "./errors.ts"

const needed: Record<string, "read" | "write"> = { contents: "write" }
/** Metadata comes with every App; the others serve immutability, incidents, and tags on commits with workflow files. */
const useful: Record<string, "read" | "write"> = {
  ...needed,
  metadata: "read",
  administration: "read",
  issues: "write",
  workflows: "write",
}

/** Asks GitHub, with reads only, who we are and what we may do. Throws the GITHUB_ codes, but for an absent repository. */
export async function githubPermissions(
  client: GithubClient,
  repositories: readonly [string, ...string[]],
): Promise<Permissions> {
  const asApp = client.signedInAs === "app"
  const [identity, ...accesses] = await Promise.all([
    client.rest(repositories[0], asApp ? "GET /app" : "GET /user"),
    ...repositories.map((repository) => accessTo(client, repository)),
  ])
  const { login, slug } = identity.data as { login?: string; slug?: string }
  const rateLimit = rateLimitOf(accesses.find(({ answer }) => answer)?.answer ?? identity)
  return {
    login: String(asApp ? slug : login),
    ...(rateLimit && { rateLimit }),
    repositories: accesses.map(({ access }) => access),
  }
}

async function accessTo(client: GithubClient, repository: string) {
  const answer = await client.rest(repository, "GET /repos/{owner}/{repo}").catch((error: unknown) => {
    if (isProblem(error, "GITHUB_NOT_FOUND")) return undefined
    throw error
  })
  const absent = { exists: false, private: false, canRead: false, canWrite: false, missing: [], excess: [] }
  if (!answer) return { access: { repository, ...absent } satisfies RepositoryAccess }
  const seen = answer.data as { private?: boolean; permissions?: { push?: boolean } }
  const [granted, immutable] = await Promise.all([grantedTo(client, repository), immutability(client, repository)])
  const access: RepositoryAccess = {
    repository,
    exists: true,
    private: seen.private === true,
    canRead: granted ? granted.contents !== undefined : true,
    canWrite: granted ? granted.contents === "write" : seen.permissions?.push === true,
    ...(immutable !== undefined && { immutable }),
    missing: granted ? beyond(needed, granted) : [],
    excess: granted ? beyond(granted, useful) : [],
  }
  return { access, answer }
}

/** The permissions the App was granted where this repository is; undefined for a token. */
async function grantedTo(client: GithubClient, repository: string): Promise<Record<string, string> | undefined> {
  if (client.signedInAs === "token") return undefined
  const { data } = await client.rest(repository, "GET /repos/{owner}/{repo}/installation")
  return (data as { permissions: Record<string, string> }).permissions
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
function beyond(some: Record<string, string>, others: Record<string, string>): string[] {
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
