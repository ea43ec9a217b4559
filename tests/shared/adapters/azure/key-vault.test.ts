import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { inspect } from "node:util"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type KeyVault, type KeyVaultOptions, startKeyVault } from "../../../../infra/local/azure/key-vault.ts"
import { keyVault, type VaultConnection } from "../../../../shared/adapters/azure/key-vault.ts"
import type { Vault } from "../../../../shared/ports/vault.ts"
import { type Given, ownCertificate, problemOf, startIdentities } from "./identities.ts"

/** Must never be seen in an error. */
const CANARY = "canary-of-the-vault"
const minute = 60_000

describe("a key vault", () => {
  let server: KeyVault
  let nowMs = 0
  let vault: Vault
  const signal = new AbortController().signal

  const open = (options: Partial<VaultConnection> = {}) =>
    keyVault({ url: server.url, credential: {}, now: () => nowMs, ...options })

  beforeEach(async () => {
    nowMs = Date.parse("2026-11-22T10:00:00Z")
    server = await startKeyVault({ secrets: { token: { value: CANARY }, off: { value: CANARY, enabled: false } } })
    vault = await open()
  })
  afterEach(() => server.close())

  it("asks nothing before its first call", () => expect(server.calls).toEqual([]))

  it("reads a secret's latest version", async () => {
    expect(await vault.read("token")).toBe(CANARY)
    expect(server.calls).toEqual(["/secrets/token/"])
  })

  it("remembers a value for ten minutes, and no longer", async () => {
    await vault.read("token")
    server.set("token", { value: "second" })
    nowMs += 10 * minute - 1
    expect(await vault.read("token")).toBe(CANARY)
    nowMs += 1
    expect(await vault.read("token")).toBe("second")
    expect(server.calls).toHaveLength(2)
  })

  it("looks past what it remembers when it is asked to, and remembers that", async () => {
    await vault.read("token")
    server.set("token", { value: "second" })
    expect(await vault.read("token", true)).toBe("second")
    expect(await vault.read("token")).toBe("second")
    expect(server.calls).toHaveLength(2)
  })

  it("asks once for all who ask at the same time", async () => {
    const values = await Promise.all([vault.read("token"), vault.read("token"), vault.read("token", true)])
    expect(values).toEqual([CANARY, CANARY, CANARY])
    expect(server.calls).toHaveLength(1)
  })

  it("does not remember a failure", async () => {
    server.fail({ status: 403, code: "Forbidden", innerCode: "ForbiddenByRbac" })
    await expect(vault.read("token")).rejects.toMatchObject({
      code: "VAULT_FORBIDDEN",
      remedy: expect.stringMatching(/role Key Vault Secrets User on the vault 127\.0\.0\.1:\d+;/),
    })
    server.fail(undefined)
    expect(await vault.read("token")).toBe(CANARY)
  })

  it("rides out a short outage", async () => {
    server.fail({ status: 503, code: "ServiceUnavailable" })
    const reading = vault.read("token")
    await expect.poll(() => server.calls.length).toBe(2)
    server.fail(undefined)
    expect(await reading).toBe(CANARY)
  })

  it("describes a secret without its value", async () => {
    const expiresAt = new Date("2026-12-24T18:00:00.000Z")
    server.set("token", { value: CANARY, expiresAt })
    expect(await vault.describe("token", signal)).toEqual({ enabled: true, expiresAt })
    server.set("token", { value: CANARY })
    const facts = await vault.describe("token", signal)
    expect(facts).toEqual({ enabled: true })
    expect(inspect(facts, { showHidden: true, depth: 9 })).not.toContain(CANARY)
  })

  it("describes a disabled secret as such, and a missing one as absent", async () => {
    expect(await vault.describe("off", signal)).toEqual({ enabled: false })
    expect(await vault.describe("gone", signal)).toBeUndefined()
  })

  it.each([
    ["a missing secret", "gone", "SECRET_MISSING", "the vault has no secret gone"],
    ["a disabled secret", "off", "SECRET_DISABLED", "the secret off is disabled in the vault"],
  ])("says that %s cannot be read", async (_, name, code, message) => {
    await expect(vault.read(name)).rejects.toMatchObject({ code, message })
  })

  it.each([
    [
      { status: 403, code: "Forbidden", innerCode: "ForbiddenByRbac" },
      "VAULT_FORBIDDEN",
      "403 ForbiddenByRbac",
      "role",
    ],
    [
      { status: 403, code: "Forbidden", innerCode: "ForbiddenByFirewall" },
      "VAULT_FORBIDDEN",
      "403 ForbiddenByFirewall",
      "firewall of the vault 127.0.0.1",
    ],
    [{ status: 401, code: "Unauthorized" }, "AZURE_UNAUTHORIZED", "401 Unauthorized", "identity"],
    [{ status: 404, code: "NotFound" }, "VAULT_UNREACHABLE", "404 NotFound", "KEY_VAULT_URL"],
    [{ status: 400, code: CANARY }, "VAULT_UNREACHABLE", "400", "KEY_VAULT_URL"],
    [{ status: 503, code: "ServiceUnavailable" }, "VAULT_UNREACHABLE", "503 ServiceUnavailable", "KEY_VAULT_URL"],
    ["reset", "VAULT_UNREACHABLE", "ECONNRESET", "KEY_VAULT_URL"],
  ] as const)("takes %j for %s", async (fault, code, told, remedy) => {
    server.fail(fault)
    const asked = [vault.read("token"), vault.describe("token", signal)]
    for (const problem of await Promise.all(asked.map(problemOf))) {
      expect(problem).toMatchObject({ code, remedy: expect.stringContaining(remedy) })
      expect(problem.message).toContain("token")
      expect(problem.message.endsWith(told)).toBe(true)
      expect(inspect(problem, { depth: 9 })).not.toContain(CANARY)
    }
  })

  it("gives up on a vault that says nothing, and on one that is not there", async () => {
    server.fail("hang")
    const impatient = await open({ deadlineMs: 20 })
    expect(await problemOf(impatient.read("token"))).toMatchObject({
      code: "VAULT_UNREACHABLE",
      message: "the vault gives no answer about token within 0.02 s",
    })
    await server.close()
    expect(await problemOf(vault.read("token"))).toMatchObject({
      code: "VAULT_UNREACHABLE",
      message: "the vault cannot be asked for token: ECONNREFUSED",
    })
    server = await startKeyVault({ secrets: {} })
  })

  it("stops describing with the caller's reason", async () => {
    server.fail("hang")
    const caller = new AbortController()
    const asked = vault.describe("token", caller.signal)
    const reason = new Error("the run is over")
    caller.abort(reason)
    await expect(asked).rejects.toBe(reason)
  })

  it.each([
    ["half an answer with the secret in it", `{"value":"${CANARY}`],
    ["a page of something else", `<html>${CANARY}</html>`],
    ["another JSON", `["${CANARY}"]`],
    ["nothing", ""],
  ])("repeats nothing of an answer that is no vault's: %s", async (_, body) => {
    const odd = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(body)
    }).listen(0, "127.0.0.1")
    await once(odd, "listening")
    const problem = await problemOf(
      (await open({ url: `http://127.0.0.1:${(odd.address() as AddressInfo).port}` })).read("token"),
    )
    odd.close()
    odd.closeAllConnections()
    expect(problem.code).toBe("VAULT_UNREACHABLE")
    expect(inspect(problem, { depth: 9, showHidden: true })).not.toContain(CANARY)
  })
})

describe("a key vault behind https", () => {
  const trusted = getCACertificates("default")
  const TOKEN = "canary-of-the-identity"
  let tls: NonNullable<KeyVaultOptions["tls"]>
  let server: KeyVault
  let identities: Awaited<ReturnType<typeof startIdentities>>
  beforeAll(async () => {
    identities = await startIdentities()
    const { key, cert } = await ownCertificate()
    setDefaultCACertificates([...trusted, cert])
    tls = { key, cert, token: TOKEN }
    server = await startKeyVault({ secrets: { token: { value: CANARY } }, tls })
  })
  beforeEach(() => {
    identities.asked = []
  })
  afterAll(async () => {
    setDefaultCACertificates(trusted)
    identities.close()
    await server.close()
  })

  /** A vault for an identity of its own: the SDK remembers tokens by identity. */
  const open = (clientId: string, url = server.url) =>
    keyVault({ url, credential: { credential: "managedidentity", clientId } })

  it("is asked with the app's identity", async () => {
    identities.given = { status: 200, token: TOKEN }
    expect(await (await open("someone")).read("token")).toBe(CANARY)
    expect(identities.asked).toEqual([expect.stringContaining("https://vault.azure.net")])
    expect(identities.asked[0]).toContain("client_id=someone")
    expect(server.calls).toHaveLength(2)
  })

  it.each<[what: string, given: Given]>([
    ["refuses the token", { status: 200, token: `${TOKEN}-of-another` }],
    ["is not asked because there is no token", { status: 400 }],
  ])("that %s is told as such, without any token", async (what, answer) => {
    identities.given = answer
    const problem = await problemOf((await open(what)).read("token"))
    expect(problem.code).toBe("AZURE_UNAUTHORIZED")
    expect(inspect(problem, { depth: 9, showHidden: true })).not.toContain("canary")
    expect(identities.asked).toHaveLength(1)
  })

  it("that nobody can trust is unreachable", async () => {
    setDefaultCACertificates(trusted)
    // Connections that are open have been trusted already.
    const stranger = await startKeyVault({ secrets: {}, tls })
    const problem = await problemOf((await open("else", stranger.url)).read("token"))
    await stranger.close()
    expect(problem).toMatchObject({
      code: "VAULT_UNREACHABLE",
      message: "the vault cannot be asked for token: DEPTH_ZERO_SELF_SIGNED_CERT",
    })
    expect(identities.asked).toEqual([])
  })
})
