import { once } from "node:events"
import { createServer, type RequestListener, type ServerResponse } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo, Socket } from "node:net"
import type { TlsOptions } from "node:tls"
import { expect, onTestFinished } from "vitest"
import { webClient } from "../../../shared/adapters/web/web.ts"
import type { Check, CheckResult } from "../../../shared/checks/check.ts"
import type { Offer } from "../../../shared/checks/offer.ts"
import { runChecks } from "../../../shared/checks/run.ts"
import { openSight } from "../../../shared/checks/sight.ts"
import type { CheckWorld, Endpoints } from "../../../shared/checks/world.ts"
import type { Web } from "../../../shared/ports/web.ts"
import { POLICY } from "../../world.ts"
import type { Tls } from "./authority.ts"

/** A server for odd answers. */
export interface OddWebServer {
  /** Without a path. */
  url: string
  port: number
  /** `GET /path`, in the order they came. */
  asked: string[]
  /** The connections there have been, gone ones too. */
  sockets: Socket[]
  /** The names that TLS connections asked for. */
  names: string[]
}

/** Starts one on a free port, stopped when the test ends. */
export async function oddWebServer(listener: RequestListener, tls?: Tls): Promise<OddWebServer> {
  const asked: string[] = []
  const sockets: Socket[] = []
  const names: string[] = []
  // Asked in the middle of the handshake, before a client can be gone.
  const SNICallback: TlsOptions["SNICallback"] = (name, done) => {
    names.push(name)
    done(null)
  }
  const server = tls ? createTlsServer({ ...tls, SNICallback }) : createServer()
  server.on("request", (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    listener(request, response)
  })
  server.on("connection", (socket) => sockets.push(socket.on("error", () => {})))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, "close")
  })
  const { port } = server.address() as AddressInfo
  return { url: `${tls ? "https" : "http"}://127.0.0.1:${port}`, port, asked, sockets, names }
}

/** A port of this machine where nobody listens any more. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}

/** An answer in one piece. */
export function answer(
  status: number,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): RequestListener {
  return (_request, response) =>
    void response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body)
}

/** Writes chunk after chunk, as fast as they are taken, until all are sent or the client is gone. */
export async function pour(response: ServerResponse, chunk: Uint8Array, times: number): Promise<void> {
  const gone = once(response, "close")
  for (let sent = 0; sent < times && !response.destroyed; sent++) {
    if (!response.write(chunk)) await Promise.race([once(response, "drain"), gone])
  }
  response.end()
}

/** Waits until every connection to a server is gone: nobody reads on. */
export async function allGone({ sockets }: OddWebServer): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.closed || new Promise((gone) => socket.once("close", gone))))
}

export const OFFER: Offer = {
  version: "1.6.1.44",
  build: "1.6.1.44",
  url: "https://github.com/acme/app_releases/releases/download/v1.6.1.44/App.dmg",
  sizeBytes: 275_899_820,
  sha256: "ab".repeat(32),
}

/** What the world is like, where a test cares. */
export interface Around {
  endpoints?: Endpoints
  /** The manifest's text; undefined when there is none. Default: it offers OFFER. */
  manifest?: string | undefined
  web?: Web
  deep?: boolean
  now?: () => Date
}

/** A manifest that makes an offer. */
export function manifestOf({ version, build, url, sizeBytes, sha256 }: Offer): string {
  return JSON.stringify({ version, build, artifact: { type: "dmg", url, size: sizeBytes, sha256 } })
}

/** Runs one check as every run does, without its pauses. Its answer must make sense to a person: whatever is bad has a remedy. */
export async function look(check: Check, around: Around): Promise<CheckResult> {
  const { web = webClient(), deep = false, now = () => new Date(), endpoints } = around
  const manifest = "manifest" in around ? around.manifest : manifestOf(OFFER)
  const files = new Map(manifest === undefined ? [] : [[POLICY.manifestPath, manifest]])
  // Nothing else of the world is for these checks to look at: a touch would be an INTERNAL finding.
  const world = {
    policy: POLICY,
    workspace: { repository: "acme/app", read: async () => ({ head: "0".repeat(40), files }) },
    web,
    versionPoints: [],
    deep,
    now,
    ...(endpoints && { endpoints }),
  } as unknown as CheckWorld
  const [result] = await runChecks([check], openSight(world), { pause: async () => {} })
  if (!result) throw new Error("no result")
  for (const { outcome, code, message, remedy } of result.findings) {
    expect(message).toMatch(/[^.]$/)
    if (outcome === "fail" || outcome === "warn")
      expect([code, remedy]).toEqual([expect.any(String), expect.any(String)])
  }
  return result
}

/** The endpoints of a server as the predecessor has them. */
export function endpointsAt(url: string): Endpoints {
  return { health: `${url}/health`, updatesHealth: `${url}/updates/health`, appcast: `${url}/updates/appcast.xml` }
}

/** How a check ended, in short: `fail` and the codes of its findings. */
export function short({ outcome, findings }: CheckResult): string {
  return [outcome, ...findings.flatMap(({ code }) => code ?? [])].join(" ")
}
