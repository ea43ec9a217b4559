import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/** What is done with a message instead of taking it: another status, no answer, or a broken connection. */
export type SinkFault = number | "hang" | "reset" | undefined

export interface WebhookSink {
  /** Where messages are posted, and where a browser sees them. */
  url: string
  port: number
  /** The messages that were taken, oldest first. */
  received: unknown[]
  /** How many messages were sent, the refused ones too. */
  attempts(): number
  /** Messages are taken only while the status is a success; undefined takes them again. */
  respond(fault: SinkFault): void
  /** Stops listening and breaks every connection. */
  close(): Promise<void>
}

/** Starts a server on 127.0.0.1 that takes every JSON message and shows it, and answers `ok` as Slack does. */
export async function startWebhookSink({ port = 0 }: { port?: number } = {}): Promise<WebhookSink> {
  const received: unknown[] = []
  let attempts = 0
  let fault: SinkFault

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") {
      response.setHeader("content-type", "application/json; charset=utf-8")
      response.end(`${JSON.stringify(received, null, 2)}\n`)
      return
    }
    const body = await text(request)
    if (request.method !== "POST") return answer(response, 405, "method not allowed")
    attempts++
    if (fault === "hang") return
    if (fault === "reset") {
      request.socket.resetAndDestroy()
      return
    }
    const message = parse(body)
    if (message === undefined) return answer(response, 400, "invalid_payload")
    const status = fault ?? 200
    if (status >= 200 && status < 300) received.push(message)
    answer(response, status, status === 200 ? "ok" : "")
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy())
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    attempts: () => attempts,
    respond: (next) => {
      fault = next
    },
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(body)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}
