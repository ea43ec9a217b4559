import { once } from "node:events"
import { Agent, createServer, type IncomingMessage, request as open, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"

export type Service = "github" | "storage" | "vm"

/** A call on its way out. */
export interface Call {
  service: Service
  /** What it asks for, without what differs from case to case, and the how-manieth of its kind: `github PATCH releases/{id} #1`. */
  key: string
  /** Nothing changes by it. */
  reads: boolean
  method: string
  /** With its query. */
  path: string
  headers: IncomingMessage["headers"]
  body: Buffer
}

export interface Reply {
  status: number
  headers: IncomingMessage["headers"]
  body: Buffer
}

/** What becomes of a call; `forward` carries it out. */
export type Fate = (call: Call, forward: () => Promise<Reply>) => Promise<Outcome>

/** An answer, whole or cut after so many bytes; a connection that breaks; or silence. */
export type Outcome = Reply | { cut: Reply; afterBytes: number } | "break" | "silence"

/** Everything a world has of the outside goes through here, one call at a time to be looked at, and to go wrong. */
export interface Wire {
  /** Where a service is to be reached now. */
  url(service: Service): string
  /** Decides over every call from now on. */
  fate: Fate
  /** Counts calls anew: keys begin again at #1. */
  recount(): void
  /** From now on nobody listens: connections are refused, those under way break. */
  leave(): void
  gone(): boolean
  /** Listens again at the same addresses. Throws EADDRINUSE when one was given away in the meantime. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** Names a call by what it asks for, whatever the case. */
export type Label = (call: Omit<Call, "key">) => string

/** Lays a wire to each service. */
export async function layWire(services: Partial<Record<Service, string>>, label: Label): Promise<Wire> {
  const seen = new Map<string, number>()
  const agent = new Agent({ keepAlive: true })
  const lines = Object.entries(services).map(([service, url]) => ({
    service: service as Service,
    target: new URL(url),
    port: 0,
    server: createServer((request, response) => {
      carry(service as Service, new URL(url), request, response).catch(() => response.destroy())
    }),
  }))

  async function carry(service: Service, target: URL, request: IncomingMessage, response: ServerResponse) {
    request.on("error", () => {})
    const { method = "GET", url: path = "/", headers } = request
    const sent = { service, method, path, headers, body: await buffer(request), reads: false }
    const reads = isRead(sent)
    const name = `${service} ${label({ ...sent, reads })}`
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    const call: Call = { ...sent, reads, key: `${name} #${count}` }
    const outcome = await wire.fate(call, async () =>
      ledBack(await forward(target, call, agent), target, wire.url(service)),
    )
    answer(request, response, outcome)
  }

  let leaving: Promise<unknown> | undefined

  async function listen(): Promise<void> {
    await leaving
    leaving = undefined
    for (const line of lines) {
      line.server.listen(line.port, "127.0.0.1")
      await once(line.server, "listening")
      line.port = (line.server.address() as AddressInfo).port
    }
  }

  const wire: Wire = {
    url(service) {
      const line = lines.find((one) => one.service === service)
      if (!line) throw new Error(`no wire leads to ${service}`)
      return line.target.href.replace(line.target.host, `127.0.0.1:${line.port}`).replace(/\/$/, "")
    },
    fate: (_call, carryOut) => carryOut(),
    recount: () => seen.clear(),
    leave() {
      leaving ??= Promise.all(
        lines.map(async ({ server }) => {
          const closed = once(server, "close")
          server.close()
          server.closeAllConnections()
          await closed
        }),
      )
    },
    gone: () => leaving !== undefined,
    comeBack: listen,
    async close() {
      wire.leave()
      await leaving
      agent.destroy()
    },
  }
  await listen()
  return wire
}

/** GraphQL tells a query by its text only. */
function isRead({ method, body, path }: Omit<Call, "key">): boolean {
  if (method === "POST" && path.endsWith("/graphql")) return /"query":"\s*query/.test(body.toString())
  return method === "GET" || method === "HEAD"
}

async function forward(target: URL, { method, path, headers, body }: Call, agent: Agent): Promise<Reply> {
  const upstream = open({ host: target.hostname, port: target.port, method, path, headers, agent })
  upstream.end(body)
  const [response] = (await once(upstream, "response")) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) }
}

/** Where an answer leads on to the service, it leads back to this wire. */
function ledBack(reply: Reply, target: URL, address: string): Reply {
  const headers = { ...reply.headers }
  for (const name of ["location", "azure-asyncoperation"])
    if (typeof headers[name] === "string") headers[name] = headers[name].replace(target.origin, new URL(address).origin)
  return { ...reply, headers }
}

function answer(request: IncomingMessage, response: ServerResponse, outcome: Outcome): void {
  if (outcome === "silence") return
  if (outcome === "break") {
    request.socket.resetAndDestroy()
    return
  }
  const { status, headers, body } = "cut" in outcome ? outcome.cut : outcome
  const { "transfer-encoding": _, connection: __, "keep-alive": ___, ...kept } = headers
  const length = request.method === "HEAD" || body.byteLength === 0 ? {} : { "content-length": `${body.byteLength}` }
  response.writeHead(status, { ...kept, ...length })
  if ("cut" in outcome) response.write(body.subarray(0, outcome.afterBytes), () => request.socket.resetAndDestroy())
  else response.end(body)
}
