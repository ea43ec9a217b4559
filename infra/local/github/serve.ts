import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import { setTimeout as delay } from "node:timers/promises"
import type { Access } from "./access.ts"
import { type Answer, Refusal } from "./answer.ts"
import { type Call, readTarget } from "./call.ts"
import type { Fault, Intercept } from "./fault.ts"
import { rootFieldOf } from "./graphql.ts"
import type { RateLimit } from "./rate-limit.ts"
import type { Match, openRoutes } from "./routes.ts"
import { send } from "./send.ts"
import type { World } from "./world.ts"

/** A request that has come to its end. */
export interface Exchange {
  method: string
  /** On its surface: without the `/uploads` in front of uploads. */
  path: string
  query: string
  /** GitHub's operation id, `graphql/<first field>`, or `web/…`. */
  operation: string
  /** Whether it asked for a change: everything but reads and GraphQL queries. */
  write: boolean
  /** 0 when no answer was sent. */
  status: number
  /** What was made to go wrong. */
  fault?: Fault["kind"]
  requestBody?: unknown
  /** Undefined unless JSON was answered. */
  responseBody?: unknown
}

/** What the server works with. */
export interface Desk {
  world: World
  access: Access
  rateLimit: RateLimit
  route: ReturnType<typeof openRoutes>
  intercept: Intercept | undefined
  observe(exchange: Exchange): void
}

/** A server that answers for GitHub. Whoever starts it closes it. */
export function serve(desk: Desk): Server {
  let index = 0
  // Long uploads are no mistake, and a client may keep its connection for its next request.
  return createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    handle(desk, index++, request, response).catch((error: unknown) => {
      // What breaks after the other side has gone is its going.
      if (!request.socket.destroyed) console.error("GitHub look-alike:", error)
      request.socket.destroy()
    })
  })
}

async function handle(desk: Desk, index: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { surfaces, bases, path, query } = readTarget(request)
  const method = request.method ?? "GET"
  const match = desk.route(surfaces, method, path)
  // An upload is a stream for its handler, and what nobody serves is nobody's to read.
  const unread = match.operation === "repos/upload-release-asset" || match.operation === "unknown"
  const body = unread ? undefined : await bodyOf(request)
  const exchange: Exchange = {
    method,
    path,
    query: query.toString(),
    ...(await describe(match, method, body)),
    status: 0,
  }
  if (body !== undefined) exchange.requestBody = body

  const fault = await desk.intercept?.({ index, method, path, operation: exchange.operation })
  if (fault !== undefined) exchange.fault = fault.kind
  if (fault?.kind === "slow") await delay(fault.delayMs)
  if (fault?.kind === "refuse-before") request.socket.destroy()
  try {
    if (fault?.kind === "refuse-before" || fault?.kind === "hang") return
    const answer = injected(fault) ?? (await carryOut(desk, request, match, fault, { bases, path, query, body }))
    if (answer.json !== undefined) exchange.responseBody = answer.json
    if (fault?.kind === "lose-answer") {
      request.socket.destroy()
      return
    }
    exchange.status = answer.status
    await send(request, response, { ...answer, headers: { ...common(desk), ...answer.headers } }, fault)
  } finally {
    desk.observe(exchange)
  }
}

async function carryOut(
  desk: Desk,
  request: IncomingMessage,
  match: Match,
  fault: Fault | undefined,
  target: Pick<Call, "bases" | "path" | "query" | "body">,
): Promise<Answer> {
  try {
    if (!request.headers["user-agent"] && !match.operation.startsWith("web/")) throw noUserAgent
    if (target.body === malformed) throw new Refusal(400, "Problems parsing JSON")
    if (match.operation !== "rate-limit/get" && !match.operation.startsWith("web/")) desk.rateLimit.spend()
    const caller = desk.access.identify(request.headers.authorization)
    return await match.handler({ ...target, params: match.params, caller, request, fault }, desk.world)
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

async function describe(match: Match, method: string, body: unknown): Promise<Pick<Exchange, "operation" | "write">> {
  const field = match.operation === "graphql" ? await rootFieldOf(body) : undefined
  if (field !== undefined) return { operation: `graphql/${field.name}`, write: field.write }
  return { operation: match.operation, write: method !== "GET" && method !== "HEAD" && match.operation !== "graphql" }
}

const noUserAgent = new Refusal(
  403,
  "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
)

const common = (desk: Desk) => ({
  ...desk.rateLimit.headers(),
  "x-github-request-id": randomUUID(),
  "x-github-media-type": "github.v3; format=json",
})

function injected(fault: Fault | undefined): Answer | undefined {
  if (fault?.kind !== "status") return undefined
  const { status, headers = {}, body } = fault
  const message = {
    message: `Injected ${status}`,
    documentation_url: "https://docs.github.com/rest",
    status: `${status}`,
  }
  return { status, headers, json: body ?? message }
}

const malformed = Symbol("malformed")

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const body = await text(request)
  try {
    return body === "" ? undefined : JSON.parse(body)
  } catch {
    return malformed
  }
}
