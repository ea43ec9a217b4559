import type { Access } from "./access.ts"
import { user } from "./account-json.ts"
import { type Answer, json, notFound, Refusal } from "./answer.ts"
import type { App } from "./app.ts"
import { type Call, fieldsOf } from "./call.ts"
import { repositoryJson } from "./repository-json.ts"
import type { Level } from "./state.ts"
import type { World } from "./world.ts"

/** GET /app */
export function getApp(call: Call, app: App): Answer {
  requireApp(call)
  return json({
    id: Number(app.id),
    slug: "slipway",
    node_id: `A_${app.id}`,
    owner: user("local", call.bases),
    name: "Slipway",
    description: null,
    external_url: call.bases.web,
    html_url: `${call.bases.web}/apps/slipway`,
    created_at: "2025-01-01T00:00:00Z",
    updated_at: "2025-01-01T00:00:00Z",
    permissions: permissionsOf(app),
    events: [],
    installations_count: 1,
  })
}

/** GET /repos/{owner}/{repo}/installation */
export function getInstallation(call: Call, world: World, app: App): Answer {
  requireApp(call)
  const repository = world.repositories.get(`${call.params.owner}/${call.params.repo}`.toLowerCase())
  if (repository === undefined) throw notFound()
  const id = installationId(world, repository.owner)
  return json({
    id,
    account: user(repository.owner, call.bases),
    repository_selection: "all",
    access_tokens_url: `${call.bases.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${call.bases.api}/installation/repositories`,
    html_url: `${call.bases.web}/settings/installations/${id}`,
    app_id: Number(app.id),
    app_slug: "slipway",
    target_id: user(repository.owner, call.bases).id,
    target_type: "User",
    permissions: permissionsOf(app),
    events: [],
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  })
}

/** POST /app/installations/{id}/access_tokens: a token for an hour, for all of the owner's repositories or those named. */
export function createInstallationToken(call: Call, world: World, app: App, access: Access): Answer {
  requireApp(call)
  const theirs = [...world.repositories.values()].filter(
    (one) => String(installationId(world, one.owner)) === call.params.id,
  )
  const [first] = theirs
  if (first === undefined) throw notFound()
  const body = call.body === undefined ? {} : fieldsOf(call)
  const names = Array.isArray(body.repositories)
    ? body.repositories.map((name) => String(name).toLowerCase())
    : undefined
  const ids = Array.isArray(body.repository_ids) ? body.repository_ids.map(Number) : undefined
  const chosen =
    (names ?? ids) ? theirs.filter((one) => names?.includes(one.name.toLowerCase()) || ids?.includes(one.id)) : theirs
  if (chosen.length < Math.max(names?.length ?? 0, ids?.length ?? 0)) {
    throw new Refusal(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    )
  }
  const asked = body.permissions as Record<string, Level> | undefined
  const contents = asked === undefined ? (app.contents ?? "write") : (asked.contents ?? "none")
  if (contents === "write" && app.contents === "read") {
    throw new Refusal(422, "The permissions requested are not granted to this installation.")
  }
  const expiresAt = world.now().getTime() + 3_600_000
  const all = names === undefined && ids === undefined
  const scope = all ? {} : { names: chosen.map((one) => one.name.toLowerCase()) }
  return json(
    {
      token: access.issue({ owner: first.owner, ...scope, level: contents, expiresAt }),
      expires_at: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, "Z"),
      permissions: asked ?? permissionsOf(app),
      repository_selection: all ? "all" : "selected",
      ...(all ? {} : { repositories: chosen.map((one) => repositoryJson(one, call.bases, contents)) }),
    },
    201,
  )
}

const permissionsOf = (app: App) => ({ metadata: "read", contents: app.contents ?? "write" })

/** One installation per owner, numbered by the owner's first repository: known again after a restart. */
const installationId = (world: World, owner: string) =>
  Math.min(...[...world.repositories.values()].filter((one) => one.owner === owner).map((one) => one.id))

function requireApp(call: Call): void {
  if (call.caller.kind !== "app") throw new Refusal(401, "A JSON web token could not be decoded")
}
