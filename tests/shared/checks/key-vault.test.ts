import { describe, expect, it } from "vitest"
import { startKeyVault, type VaultSecret } from "../../../infra/local/azure/key-vault.ts"
import { keyVault as openVault } from "../../../shared/adapters/azure/key-vault.ts"
import { judgeSecretFacts, keyVault } from "../../../shared/checks/key-vault.ts"
import type { Sight } from "../../../shared/checks/sight.ts"
import type { CheckWorld } from "../../../shared/checks/world.ts"
import type { SecretFacts } from "../../../shared/ports/vault.ts"

const NOW = new Date("2026-11-22T10:00:00Z")
const DAY_MS = 24 * 60 * 60 * 1000
const inDays = (days: number, ms = 0) => new Date(NOW.getTime() + days * DAY_MS + ms)

describe("judgeSecretFacts", () => {
  it.each<[what: string, facts: SecretFacts | undefined, outcome: string, code: string | undefined, message: string]>([
    ["passes what has no end", { enabled: true }, "pass", undefined, "token is enabled and has no end"],
    [
      "passes what is good for 14 days to the millisecond",
      { enabled: true, expiresAt: inDays(14) },
      "pass",
      undefined,
      "token is enabled, and good until 2026-12-06, 14 days from now",
    ],
    [
      "fails what is good for a millisecond less",
      { enabled: true, expiresAt: inDays(14, -1) },
      "fail",
      "SECRET_EXPIRING",
      "the secret token is good until 2026-12-06, 13 days from now",
    ],
    [
      "fails what ends tomorrow",
      { enabled: true, expiresAt: inDays(1) },
      "fail",
      "SECRET_EXPIRING",
      "the secret token is good until 2026-11-23, 1 day from now",
    ],
    [
      "fails what ends at this very moment",
      { enabled: true, expiresAt: NOW },
      "fail",
      "SECRET_EXPIRING",
      "the secret token expired on 2026-11-22",
    ],
    [
      "fails what ended long ago",
      { enabled: true, expiresAt: inDays(-400) },
      "fail",
      "SECRET_EXPIRING",
      "the secret token expired on 2025-10-18",
    ],
    [
      "fails what is disabled, however long it is good for",
      { enabled: false, expiresAt: inDays(400) },
      "fail",
      "SECRET_DISABLED",
      "the secret token is disabled in the vault",
    ],
    ["fails what is not there", undefined, "fail", "SECRET_MISSING", "the vault has no secret token"],
  ])("%s", (_, facts, outcome, code, message) => {
    const finding = judgeSecretFacts("token", facts, NOW)
    expect(finding).toMatchObject({ outcome, message, ...(code && { code, remedy: expect.stringMatching(/\w/) }) })
    expect(finding.code).toBe(code)
  })
})

describe("the check key-vault", () => {
  const signal = new AbortController().signal
  /** Must never be seen in a finding. */
  const CANARY = "canary-of-the-vault"
  const secrets: Record<string, VaultSecret> = {
    good: { value: CANARY, expiresAt: inDays(100) },
    ending: { value: CANARY, expiresAt: inDays(13) },
    off: { value: CANARY, enabled: false },
  }

  const run = (vault: CheckWorld["vault"]) =>
    keyVault.run({ world: { now: () => NOW, ...(vault && { vault }) } } as unknown as Sight, signal)

  it("is skipped without a vault, and when nothing refers to one", async () => {
    expect(await run(undefined)).toEqual({ outcome: "skip", message: "no vault is configured" })
    const vault = await openVault({ url: "http://127.0.0.1:1", credential: {} })
    expect(await run({ vault, names: [] })).toMatchObject({ outcome: "skip" })
  })

  it("tells of each secret in a finding of its own, and of none the value", async () => {
    const server = await startKeyVault({ secrets })
    const vault = await openVault({ url: server.url, credential: {} })
    const findings = await run({ vault, names: ["good", "ending", "off", "gone"] })
    await server.close()
    expect(findings).toMatchObject([
      { outcome: "pass" },
      { outcome: "fail", code: "SECRET_EXPIRING" },
      { outcome: "fail", code: "SECRET_DISABLED" },
      { outcome: "fail", code: "SECRET_MISSING" },
    ])
    expect(JSON.stringify(findings)).not.toContain(CANARY)
    expect(server.calls.toSorted()).toEqual(["/secrets/ending/", "/secrets/gone/", "/secrets/good/", "/secrets/off/"])
  })

  it("tells of each secret that the vault refuses to show", async () => {
    const server = await startKeyVault({ secrets })
    server.fail({ status: 403, code: "Forbidden", innerCode: "ForbiddenByRbac" })
    const vault = await openVault({ url: server.url, credential: {} })
    const findings = await run({ vault, names: ["good", "off"] })
    await server.close()
    expect(findings).toMatchObject([
      { outcome: "fail", code: "VAULT_FORBIDDEN", message: expect.stringContaining("good") },
      { outcome: "fail", code: "VAULT_FORBIDDEN", message: expect.stringContaining("off") },
    ])
  })

  it("looks past what was remembered of a value", async () => {
    const server = await startKeyVault({ secrets })
    const vault = await openVault({ url: server.url, credential: {} })
    await vault.read("good")
    server.set("good", undefined)
    expect(await run({ vault, names: ["good"] })).toMatchObject([{ code: "SECRET_MISSING" }])
    await server.close()
  })
})
