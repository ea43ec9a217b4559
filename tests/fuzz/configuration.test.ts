import { readFile } from "node:fs/promises"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseConfiguration } from "../../shared/config/config.ts"
import { Problem } from "../../shared/problem.ts"
import { changed, places } from "./change.ts"
import { dice } from "./dice.ts"

const own = JSON.parse(await readFile("slipway.config.json", "utf8")) as Record<string, unknown>
const CODES = ["CONFIG_INVALID", "CONFIG_REPOSITORIES_MIXED", "SETTINGS_INVALID"]
const SECRET = "ghp_canaryOfTheFuzz0123456789"

/** What comes of a file and settings: undefined when all is well, else the Problem. Throws all else. */
function faultsOf(text: string | undefined, settings: Record<string, string | undefined>): Problem | undefined {
  try {
    parseConfiguration({ name: "slipway.config.json", text }, settings, { storage: true, github: true })
    return undefined
  } catch (error) {
    if (error instanceof Problem && CODES.includes(error.code)) return error
    throw error
  }
}

const anything = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue(),
  fc.constantFrom(
    "__proto__",
    "../../etc/passwd",
    "https://user:secret@host/",
    "http://elsewhere/",
    "a/b",
    "v1.0.0.0",
    1e308,
    -1,
  ),
)
const changes = fc.array(fc.tuple(fc.constantFrom(...places(own)), anything), { minLength: 1, maxLength: 3 })
const good = { AzureWebJobsStorage: "UseDevelopmentStorage=true", GITHUB_TOKEN: SECRET }
const names = fc.constantFrom(
  ...[
    "AzureWebJobsStorage",
    "GITHUB_TOKEN",
    "GITHUB_APP_ID",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_API_URL",
    "KEY_VAULT_URL",
  ],
  ...["AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_MANAGER_URL", "ALERT_WEBHOOK_URL"],
)
const values = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.webUrl(),
  fc.constantFrom("", "keyvault:x", "keyvault:", "http://127.0.0.1:1"),
)

describe("a configuration of whatever kind", () => {
  it("is taken, or refused with each fault and its place", () => {
    fc.assert(
      fc.property(changes, (all) => {
        const json = all.reduce((value, [path, to]) => changed(value, path, to) as typeof own, own)
        const problem = faultsOf(JSON.stringify(json), good)
        if (problem) expect(problem.message).toMatch(/^\d+ faults? in .*\n {2}\S/)
        expect(faultsOf(JSON.stringify(json), good)?.message).toBe(problem?.message)
      }),
      dice(1000),
    )
  })

  it("is refused where it is no JSON", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
        expect(faultsOf(text, good)?.code).toBe("CONFIG_INVALID")
      }),
      dice(1000),
    )
  })

  it("is refused for settings that are wrong, and quotes none of them", () => {
    fc.assert(
      fc.property(fc.dictionary(names, values), fc.string({ minLength: 1 }), (some, more) => {
        const text = JSON.stringify(own)
        const problem = faultsOf(text, { ...good, ...some, GITHUB_API_URL: `${SECRET}${more}` })
        expect(problem?.code).toBe("SETTINGS_INVALID")
        expect(problem?.message).not.toContain(SECRET)
      }),
      dice(1000),
    )
  })
})
