import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startWebhookSink, type WebhookSink } from "../../../../infra/local/webhook-sink.ts"
import { webhook } from "../../../../shared/adapters/web/webhook.ts"
import { asProblem } from "../../../../shared/problem.ts"

const CANARY = "T0KEN-of-the-hook"

let sink: WebhookSink
beforeEach(async () => {
  sink = await startWebhookSink()
})
afterEach(() => sink.close())

const signal = new AbortController().signal

/** Everything that a failure says, its causes too. */
async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => asProblem(error),
  )
  return `${error?.code} ${error?.message} ${error?.stack} ${JSON.stringify(error?.cause ?? "")}`
}

describe("webhook", () => {
  it("posts JSON", async () => {
    await webhook({ address: async () => sink.url }).post({ event: "opened" }, signal)
    expect(sink.received).toEqual([{ event: "opened" }])
  })

  it.each([500, 429, 302, 404, "hang", "reset"] as const)(
    "refuses to take %s for a success, and names no address",
    async (fault) => {
      sink.respond(fault)
      const hook = webhook({ address: async () => `${sink.url}?key=${CANARY}`, timeoutMs: 300 })
      const said = await failure(hook.post({}, signal))
      expect(said).toMatch(/^WEBHOOK_REFUSED /)
      expect(said).not.toContain(CANARY)
      expect(sink.received).toEqual([])
    },
  )

  it.each(["", `not a url ${CANARY}`, `http://127.0.0.1:1/${CANARY}`])(
    "names no address that leads nowhere: %s",
    async (address) => {
      const said = await failure(webhook({ address: async () => address, timeoutMs: 300 }).post({}, signal))
      expect(said).toMatch(/^WEBHOOK_REFUSED /)
      expect(said).not.toContain(CANARY)
    },
  )

  it("takes a success for one although the connection breaks in the middle of the answer", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-length": 1_000_000 })
      response.write("ok", () => response.destroy())
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    await webhook({ address: async () => `http://127.0.0.1:${port}` }).post({ n: 1 }, signal)
    server.close()
  })

  it("asks for the address anew when the old one is gone", async () => {
    const old = await startWebhookSink()
    old.respond(404)
    await webhook({ address: async (fresh) => (fresh ? sink.url : old.url) }).post({ n: 1 }, signal)
    await old.close()
    expect(sink.received).toEqual([{ n: 1 }])
  })
})
