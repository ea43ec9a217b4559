import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type KeyVault, startKeyVault } from "../../../../infra/local/azure/key-vault.ts"

describe("the Key Vault look-alike", () => {
  let vault: KeyVault
  beforeAll(async () => {
    vault = await startKeyVault({
      secrets: {
        plain: { value: "v" },
        ending: { value: "v", expiresAt: new Date("2026-12-24T18:00:00.789Z") },
        off: { value: "v", enabled: false },
      },
    })
  })
  afterAll(() => vault.close())

  async function ask(path: string, method = "GET") {
    const response = await fetch(vault.url + path, { method })
    // biome-ignore lint/suspicious/noExplicitAny: the answer is what is looked at
    return { status: response.status, json: (await response.json()) as any }
  }
  const secret = (name: string) => ask(`/secrets/${name}/?api%2Dversion=7.6`)

  it("shows a secret with its version and attributes", async () => {
    const { status, json } = await secret("ending")
    expect(status).toBe(200)
    expect(json.value).toBe("v")
    expect(json.id).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/secrets\/ending\/[0-9a-f]{32}$/)
    expect(json.attributes).toMatchObject({ enabled: true, exp: Date.parse("2026-12-24T18:00:00Z") / 1000 })
    expect((await secret("plain")).json.attributes).not.toHaveProperty("exp")
  })

  it("tells names apart without their case", async () => expect((await secret("PLAIN")).status).toBe(200))

  it.each([
    ["a missing secret", "/secrets/gone/?api-version=7.6", 404, { code: "SecretNotFound" }],
    [
      "a disabled secret",
      "/secrets/off?api-version=7.6",
      403,
      { code: "Forbidden", innererror: { code: "SecretDisabled" } },
    ],
    ["no version of the API", "/secrets/plain/", 400, { code: "BadParameter" }],
    ["a name that is none", "/secrets/a%2Fb/?api-version=7.6", 400, { code: "BadParameter" }],
    ["another path", "/keys/plain/?api-version=7.6", 400, { code: "BadParameter" }],
  ])("refuses %s", async (_, path, status, error) => {
    expect(await ask(path)).toMatchObject({ status, json: { error } })
  })

  it("makes new versions and deletes", async () => {
    const before = (await secret("plain")).json.id
    vault.set("Plain", { value: "second" })
    const { json } = await secret("plain")
    expect(json.value).toBe("second")
    expect(json.id).not.toBe(before)
    vault.set("plain", undefined)
    expect((await secret("plain")).status).toBe(404)
  })

  it("fails as it is told to", async () => {
    vault.fail({ status: 403, code: "Forbidden", innerCode: "ForbiddenByFirewall" })
    expect(await secret("ending")).toMatchObject({
      status: 403,
      json: { error: { code: "Forbidden", innererror: { code: "ForbiddenByFirewall" } } },
    })
    vault.fail("reset")
    await expect(secret("ending")).rejects.toThrow()
    vault.fail(undefined)
    expect((await secret("ending")).status).toBe(200)
  })

  it("remembers which paths were asked, without their queries", async () => {
    const before = vault.calls.length
    await secret("ending")
    expect(vault.calls.slice(before)).toEqual(["/secrets/ending/"])
  })
})
