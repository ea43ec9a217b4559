import { user } from "./account-json.ts"
import { type Answer, json, notFound, Refusal } from "./answer.ts"
import { type Call, repositoryOf } from "./call.ts"
import { repositoryJson } from "./repository-json.ts"
import type { World } from "./world.ts"

/** GET /user: people only, not Apps. */
export function getUser(call: Call): Answer {
  const { kind, login } = call.caller
  if (kind === "anonymous") throw new Refusal(401, "Requires authentication")
  if (kind !== "user") throw new Refusal(403, "Resource not accessible by integration")
  const since = "2025-01-01T00:00:00Z"
  const about = { name: "Local User", company: null, blog: "", location: null, email: null, hireable: null, bio: null }
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 }
  return json({ ...user(login, call.bases), ...about, ...counts, created_at: since, updated_at: since })
}

/** GET /meta */
export const getMeta = (): Answer => json({ verifiable_password_authentication: false })

/** GET /repos/{owner}/{repo} */
export function getRepository(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  return json(repositoryJson(repository, call.bases, call.caller.level(repository)))
}

/** GET /repos/{owner}/{repo}/immutable-releases: 404 when it is off, just as without permission to know. */
export function getImmutability(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  if (call.caller.level(repository) === "none" || !repository.immutableReleases) throw notFound()
  return json({ enabled: true, enforced_by_owner: false })
}
