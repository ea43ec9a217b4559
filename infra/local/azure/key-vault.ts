import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"

export interface VaultSecret {
  value: string
  /** Default true. */
  enabled?: boolean
  /** Told in whole seconds. */
  expiresAt?: Date
}

/** What goes wrong with every request: an answer, no answer, or a broken connection. */
export type VaultFault = { status: number; code: string; innerCode?: string } | "hang" | "reset"

export interface KeyVaultOptions {
  secrets: Record<string, VaultSecret>
  /** Default 0: any free one. */
  port?: number
  /** With a certificate it speaks https, and like the real one to nobody who shows no token. Both are PEM. */
  tls?: { key: string; cert: string; token: string }
}

export interface KeyVault {
  /** The vault's address: `KEY_VAULT_URL`. */
  url: string
  port: number
  /** Makes a new version of a secret; undefined deletes it. */
  set(name: string, secret: VaultSecret | undefined): void
  fail(fault: VaultFault | undefined): void
  /** The path of every request, oldest first. */
  calls: string[]
  /** Stops listening and breaks every connection. */
  close(): Promise<void>
}

interface Version extends VaultSecret {
  id: string
  createdAt: Date
}

interface Reply {
  status: number
  headers?: Record<string, string>
  json: unknown
}

/**
 * Starts a server on 127.0.0.1 that answers for Key Vault: the latest version of a secret, to whoever asks. Its answers are those
 * of https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret.
 */
export async function startKeyVault({ secrets, port, tls }: KeyVaultOptions): Promise<KeyVault> {
  const versions = new Map<string, Version>()
  const calls: string[] = []
  let fault: VaultFault | undefined

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const target = new URL(request.url ?? "/", url)
    calls.push(target.pathname)
    request.resume()
    if (fault === "hang") return
    if (fault === "reset") {
      request.socket.resetAndDestroy()
      return
    }
    const { status, headers, json } =
      challenge(tls?.token, request) ?? (fault ? refusal(fault) : show(request, target, versions))
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
    response.end(JSON.stringify(json))
  }
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }, handle) : createServer(handle)
  server.listen(port ?? 0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address() as AddressInfo
  const url = `${tls ? "https" : "http"}://127.0.0.1:${address.port}`

  const set: KeyVault["set"] = (name, secret) => {
    // Names are told apart without their case.
    const key = name.toLowerCase()
    if (!secret) versions.delete(key)
    else {
      const id = `${url}/secrets/${name}/${randomBytes(16).toString("hex")}`
      versions.set(key, { ...secret, id, createdAt: new Date() })
    }
  }
  for (const [name, secret] of Object.entries(secrets)) set(name, secret)

  return {
    url,
    port: address.port,
    set,
    fail: (next) => {
      fault = next
    },
    calls,
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Asks for the token it wants. Plain http is never challenged: the SDK sends no token there. */
function challenge(token: string | undefined, { headers }: IncomingMessage): Reply | undefined {
  if (token === undefined || headers.authorization === `Bearer ${token}`) return undefined
  const tenant = "https://login.microsoftonline.com/00000000-0000-4000-8000-000000000000"
  return {
    ...refusal({ status: 401, code: "Unauthorized" }),
    headers: { "www-authenticate": `Bearer authorization="${tenant}", resource="https://vault.azure.net"` },
  }
}

function show({ method }: IncomingMessage, { pathname, searchParams }: URL, versions: Map<string, Version>): Reply {
  if (!searchParams.has("api-version")) return refusal({ status: 400, code: "BadParameter" })
  const name = pathname.match(/^\/secrets\/([0-9A-Za-z-]{1,127})\/?$/)?.[1]
  if (method !== "GET" || name === undefined) return refusal({ status: 400, code: "BadParameter" })
  const secret = versions.get(name.toLowerCase())
  if (!secret) return refusal({ status: 404, code: "SecretNotFound" })
  if (secret.enabled === false) return refusal({ status: 403, code: "Forbidden", innerCode: "SecretDisabled" })
  const { id, value, expiresAt, createdAt } = secret
  const attributes = {
    enabled: true,
    ...(expiresAt && { exp: seconds(expiresAt) }),
    created: seconds(createdAt),
    updated: seconds(createdAt),
    recoveryLevel: "Recoverable+Purgeable",
    recoverableDays: 90,
  }
  return { status: 200, json: { value, id, attributes, tags: {} } }
}

function refusal({ status, code, innerCode }: Exclude<VaultFault, string>): Reply {
  const message = `The vault answers ${innerCode ?? code}.`
  return { status, json: { error: { code, message, ...(innerCode && { innererror: { code: innerCode } }) } } }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
