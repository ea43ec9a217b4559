import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { generate } from "selfsigned"
import { expect, vi } from "vitest"
import { asProblem, Problem } from "../../../../shared/problem.ts"

/** What a managed identity's endpoint answers. */
export interface Given {
  status: number
  token?: string
}

/**
 * An endpoint for managed identities, where the SDK looks for one; its answer is whatever `given` says then. One for all tests of
 * a file: the SDK looks for it once in the life of a process.
 */
export async function startIdentities() {
  const identities = { given: { status: 400 } as Given, asked: [] as string[], close }
  const server = createServer((request, response) => {
    identities.asked.push(decodeURIComponent(request.url ?? ""))
    const { status, token } = identities.given
    const json = { access_token: token, expires_on: "4102444800", token_type: "Bearer" }
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  vi.stubEnv("IDENTITY_ENDPOINT", `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`)
  vi.stubEnv("IDENTITY_HEADER", "header")

  function close(): void {
    vi.unstubAllEnvs()
    server.close()
    server.closeAllConnections()
  }
  return identities
}

/** A certificate of 127.0.0.1, signed by itself. */
export async function ownCertificate(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  })
  return { key, cert }
}

/** The Problem that a promise is refused with. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (error) {
    expect(error).toBeInstanceOf(Problem)
    return asProblem(error)
  }
  throw new Error("nothing was wrong")
}
