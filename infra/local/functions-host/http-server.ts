import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { RegisteredFunction } from "./core-module.ts"
import { type HttpAnswer, readBody, toHttpAnswer, toHttpData } from "./http-data.ts"
import { invoke } from "./invoke.ts"
import { byPrecedence, routeMatcher } from "./routes.ts"
import type { Runtime } from "./runtime.ts"

export interface HttpFunction {
  trigger: "http"
  fn: RegisteredFunction
  /** With the prefix and without a leading slash: `api/releases/{tag}`. */
  route: string
  /** Upper case. */
  methods: string[]
  /** `anonymous` is open; anything else wants the key. */
  authLevel: string
}

/** Serves HTTP functions; without a key nobody is asked for one, as in Azure's own local tools. */
export function createHttpServer(functions: HttpFunction[], key: string | undefined, runtime: Runtime): Server {
  const routes = functions
    .toSorted((a, b) => byPrecedence(a.route, b.route))
    .map((target) => ({ target, match: routeMatcher(target.route) }))

  async function answer(request: IncomingMessage): Promise<HttpAnswer> {
    const url = parseUrl(request)
    if (url === undefined) return bare(400)
    for (const { target, match } of routes) {
      const params = target.methods.includes(request.method ?? "") ? match(url.pathname) : undefined
      if (params === undefined) continue
      if (target.authLevel !== "anonymous" && !holdsKey(request, url, key)) return bare(401)
      const body = await readBody(request)
      if (body === undefined) return bare(413)
      const response = await invoke(target.fn, toHttpData(request, url, params, body), {}, runtime)
      return toHttpAnswer(response.returnValue)
    }
    // Azure says the same for a method nobody serves.
    return bare(404)
  }

  return createServer((request, response) => {
    answer(request)
      // invoke() has logged it; Azure tells the caller no more than this.
      .catch(() => bare(500))
      .then((result) => send(request, response, result, runtime.stopping.aborted))
      .catch((error) => {
        runtime.log({ level: "error", message: `The answer could not be sent: ${String(error)}` })
        response.destroy()
      })
  })
}

/** Listens on 127.0.0.1 and answers with the URL; port 0 lets the system choose. */
export async function listenOn(server: Server, port: number): Promise<string> {
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Takes no more requests; resolves when those under way are answered. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer, last: boolean): void {
  const { status, headers, body } = answer
  // A body that nobody read would block the connection for the next request, and a kept one would delay the host's end.
  if (last || !request.complete) response.setHeader("connection", "close")
  // Node says it by itself, but not in an answer to HEAD.
  if (body.length > 0) response.setHeader("content-length", body.length)
  response.writeHead(status, headers)
  response.end(body, () => {
    if (!request.complete) request.destroy()
  })
}

function bare(status: number): HttpAnswer {
  return { status, headers: {}, body: new Uint8Array() }
}

function parseUrl(request: IncomingMessage): URL | undefined {
  const { host = "localhost" } = request.headers
  return URL.parse(`http://${host}${request.url ?? "/"}`) ?? undefined
}

function holdsKey(request: IncomingMessage, url: URL, key: string | undefined): boolean {
  if (key === undefined) return true
  return request.headers["x-functions-key"] === key || url.searchParams.get("code") === key
}
