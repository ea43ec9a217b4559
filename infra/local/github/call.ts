import type { IncomingMessage } from "node:http"
import type { Caller } from "./access.ts"
import { notFound, Refusal } from "./answer.ts"
import type { Fault } from "./fault.ts"
import type { Repository } from "./state.ts"
import type { World } from "./world.ts"

/** GitHub's three hosts. Reached by address instead of by name, uploads are told by the path `/uploads/…`, pages by theirs. */
export type Surface = "api" | "uploads" | "web"

/** The addresses to hand out, made of the one the caller came by, so that the caller can reach them too. */
export type Bases = Record<Surface, string>

/** One request, understood. */
export interface Call {
  /** Path on its surface, still percent-encoded. */
  path: string
  query: URLSearchParams
  /** What the route's pattern matched, decoded. */
  params: Record<string, string>
  bases: Bases
  caller: Caller
  /** The parsed JSON body; uploads read `request` instead. */
  body: unknown
  request: IncomingMessage
  /** Injected, where carrying it out is up to the handler. */
  fault: Fault | undefined
}

/** Where a request was sent. An address alone does not tell the API from the pages. */
export interface Target {
  surfaces: readonly Surface[]
  bases: Bases
  path: string
  query: URLSearchParams
}

const named = /^(api|uploads)\.(.+)$/

/** Takes a request's target apart, in origin form or, as proxies get it, in absolute form. */
export function readTarget(request: IncomingMessage): Target {
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`)
  const name = url.host.split(":")[0] ?? ""
  const query = url.searchParams
  if (name === "github.localhost" || name.endsWith(".github.localhost")) {
    const [, surface = "web", site = url.host] = named.exec(url.host) ?? []
    const bases = { api: `http://api.${site}`, uploads: `http://uploads.${site}`, web: `http://${site}` }
    return { surfaces: [surface as Surface], bases, path: url.pathname, query }
  }
  const bases = { api: url.origin, uploads: `${url.origin}/uploads`, web: url.origin }
  if (url.pathname.startsWith("/uploads/")) return { surfaces: ["uploads"], bases, path: url.pathname.slice(8), query }
  return { surfaces: ["api", "web"], bases, path: url.pathname, query }
}

/** The repository a call names. What the caller may not see is 404, what it may see but not change 403. */
export function repositoryOf(call: Call, world: World, need: "read" | "write" = "read"): Repository {
  return allowed(call.caller, world, `${call.params.owner}/${call.params.repo}`, need)
}

/** As `repositoryOf`, by `owner/name`. */
export function allowed(caller: Caller, world: World, fullName: string, need: "read" | "write"): Repository {
  const repository = world.repositories.get(fullName.toLowerCase())
  const level = repository === undefined ? "none" : caller.level(repository)
  if (repository === undefined || (repository.private && level === "none")) throw notFound()
  if (need === "write" && caller.kind === "anonymous") throw new Refusal(401, "Requires authentication")
  if (need === "write" && level !== "write") throw new Refusal(403, "Resource not accessible by integration")
  return repository
}

/** The body as an object of unknown fields. */
export function fieldsOf(call: Call): Record<string, unknown> {
  const { body } = call
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal(422, "Invalid request.\n\nFor 'links/0/schema', the body is not an object.")
  }
  return body as Record<string, unknown>
}
