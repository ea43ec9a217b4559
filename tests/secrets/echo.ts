import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** Every way in which a server, or a proxy before it, may write down what it was shown. */
export function everyWriting(secret: string): string {
  const bytes = Buffer.from(secret)
  const base64 = ["", "x", "xx"].map((before) => Buffer.from(`${before}${secret}:`).toString("base64"))
  return [secret, encodeURIComponent(secret), bytes.toString("hex"), ...base64, bytes.toString("base64url")].join(" | ")
}

/** A server that answers as it is told, and remembers every credential that it was shown. */
export async function startEcho(answer: (request: IncomingMessage, response: ServerResponse, shown: string) => void) {
  const shown = new Set<string>()
  const server = createServer((request, response) => {
    request.resume()
    request.on("end", () => {
      const [, credential = ""] = (request.headers.authorization ?? "").split(" ")
      if (credential) shown.add(credential)
      answer(request, response, credential)
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, "close")
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, shown, close }
}
