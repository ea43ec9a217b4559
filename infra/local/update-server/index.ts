import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { relative, resolve } from "node:path"
import { type Answer, answerTo, type Page, plain } from "./answers.ts"
import { control } from "./control.ts"
import { tamper } from "./disk.ts"
import { readFiles } from "./files.ts"
import { LIES } from "./lies.ts"
import { send } from "./send.ts"

export interface UpdateServerOptions {
  /** The VM's file system; nothing outside it is touched. */
  root: string
  /** Absolute paths inside the root. They need not exist. */
  manifest: string
  versionFile: string
  /** Default 0: any free one. */
  port?: number
  /** In the appcast's title; default App. */
  product?: string
  now?: () => Date
}

export interface UpdateServer {
  url: string
  port: number
  /** The three addresses, as the configuration's `endpoints` wants them. */
  endpoints: { [Each in Page]: string }
  /** Tells a lie in place of the one before. Throws for a name that is not in `lies`. */
  lie(name: string): void
  tellTruth(): void
  lies: string[]
  /** Tells the truth, stops listening and breaks every connection. */
  close(): Promise<void>
}

const PAGES: ReadonlyMap<string, Page> = new Map([
  ["/health", "health"],
  ["/updates/health", "updatesHealth"],
  ["/updates/appcast.xml", "appcast"],
])

/**
 * Starts a server on 127.0.0.1 that answers as the predecessor's update server does behind its proxy: from the files on the VM at
 * each request, in its very formats and with its traps. On demand it tells lies (see `lies.ts`), also at `/_lies`.
 */
export async function startUpdateServer(options: UpdateServerOptions): Promise<UpdateServer> {
  const { root, manifest, versionFile, port = 0, product = "App", now = () => new Date() } = options
  for (const path of [manifest, versionFile]) requireInside(root, path)
  let current: string | undefined
  let undo = () => {}

  const tellTruth = () => {
    undo()
    undo = () => {}
    current = undefined
  }
  const lie = (name: string) => {
    const chosen = LIES.get(name)
    if (!chosen) throw new Error(`there is no lie ${name}`)
    tellTruth()
    if (chosen.onDisk) undo = tamper(manifest, chosen.onDisk)
    current = name
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    const method = request.method ?? "GET"
    const path = (request.url ?? "/").replace(/[?#].*/s, "")
    if (path === "/_lies" || path.startsWith("/_lies/")) {
      return send(request, response, control({ current: () => current, lie, tellTruth }, method, path))
    }
    const page = PAGES.get(path)
    // The proxy hands everything on that begins like this, so /healthz is the server's to refuse.
    if (!page) return send(request, response, { ...plain("404: Not Found"), status: 404 })
    if (method !== "GET" && method !== "HEAD") {
      return send(request, response, { ...plain("405: Method Not Allowed"), status: 405 })
    }
    const told = LIES.get(current ?? "")
    const found = await readFiles(manifest, versionFile)
    const truth: Answer = answerTo[page](told?.files?.(found, page) ?? found, { product, now: now() })
    send(request, response, told?.answer?.(truth, page, path) ?? truth, told?.manner)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error("update server look-alike:", error)
      request.socket.destroy()
    })
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  const address = server.address() as AddressInfo
  const url = `http://127.0.0.1:${address.port}`
  return {
    url,
    port: address.port,
    endpoints: {
      health: `${url}/health`,
      updatesHealth: `${url}/updates/health`,
      appcast: `${url}/updates/appcast.xml`,
    },
    lie,
    tellTruth,
    lies: [...LIES.keys()],
    async close() {
      tellTruth()
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** A lie may write the manifest: it must never be somebody else's. */
function requireInside(root: string, path: string): void {
  const way = relative(resolve(root), path)
  if (way === "" || way === ".." || way.startsWith("../") || resolve(root, way) !== path)
    throw new Error(`${path} is not inside ${root}`)
}
