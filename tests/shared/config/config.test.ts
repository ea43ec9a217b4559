import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { parseConfiguration, requireSettings, secretNames, secretReference } from "../../../shared/config/config.ts"
import type { Problem } from "../../../shared/problem.ts"

const settings = { AzureWebJobsStorage: "UseDevelopmentStorage=true", GITHUB_TOKEN: "ghp_s3cret" }
const everything = { storage: true, github: true }

const sound = {
  product: "App",
  assets: { repository: "acme/app_releases" },
  workspace: { repository: "acme/app" },
  artifacts: [
    { name: "App.dmg", kind: "dmg" },
    { name: "NOTES.md", kind: "notes" },
  ],
}

const vm = {
  resourceGroup: "acme",
  name: "server",
  envFile: "/srv/config.env",
  secret: "API_KEY",
  manifest: "/srv/manifests/manifest.json",
}

const parse = (config: unknown, environment: Record<string, string> = settings, needs = everything) =>
  parseConfiguration({ name: "slipway.config.json", text: JSON.stringify(config) }, environment, needs)

function problemOf(work: () => unknown): Problem {
  try {
    work()
  } catch (error) {
    return error as Problem
  }
  throw new Error("nothing was wrong")
}

describe("the configuration", () => {
  it("fills in what is left out", () => {
    const { config, settings } = parse(sound)
    expect(config).toMatchObject({
      workspace: { branch: "main", version: "VERSION", manifest: "server/updates/manifests/manifest.json" },
      quietSeconds: 120,
      manifestOnVersionChange: "release",
      versionPoints: [],
    })
    expect(settings).toMatchObject({ GITHUB_API_URL: "https://api.github.com" })
  })

  it("that comes with the repository is sound", () => {
    const text = readFileSync(new URL("../../../slipway.config.json", import.meta.url), "utf8")
    expect(() => parseConfiguration({ name: "slipway.config.json", text }, settings, everything)).not.toThrow()
  })

  it("tells three faults at once, in the file and in the settings: each with its path, what was found, what is expected", () => {
    const config = { ...sound, quietSeconds: "120", workspace: { repository: "acme" } }
    const problem = problemOf(() => parse(config, { ...settings, GITHUB_APP_ID: "slipway" }))
    expect(problem).toMatchObject({ code: "CONFIG_INVALID", remedy: expect.stringMatching(/\w/), retryable: false })
    expect(problem.message.split("\n")).toEqual([
      "3 faults in slipway.config.json",
      '  workspace.repository: found "acme", expected a repository, owner/name',
      '  quietSeconds: found "120", expected number',
      "  GITHUB_APP_ID: found another value, expected the App's number",
    ])
  })

  it.each<[what: string, config: unknown, path: string]>([
    ["an unknown key", { ...sound, prodcut: "App" }, "prodcut"],
    [
      "an unknown key inside",
      { ...sound, assets: { repository: "acme/app_releases", branch: "main" } },
      "assets.branch",
    ],
    ["a missing key", { ...sound, product: undefined }, "product"],
    ["no installer", { ...sound, artifacts: sound.artifacts.slice(1) }, "artifacts"],
    ["no notes", { ...sound, artifacts: sound.artifacts.slice(0, 1) }, "artifacts"],
    ["a name twice", { ...sound, artifacts: [...sound.artifacts, { name: "app.dmg", kind: "pkg" }] }, "artifacts"],
    [
      "a name that GitHub would change",
      { ...sound, artifacts: [{ name: "My App.dmg", kind: "dmg" }, sound.artifacts[1]] },
      "artifacts.0.name",
    ],
    [
      "a name of our own",
      { ...sound, artifacts: [...sound.artifacts, { name: "SHA256SUMS", kind: "pkg" }] },
      "artifacts.2.name",
    ],
    [
      "an unknown kind",
      { ...sound, artifacts: [{ name: "App.zip", kind: "zip" }, ...sound.artifacts] },
      "artifacts.0.kind",
    ],
    [
      "a path out of the repository",
      { ...sound, workspace: { repository: "acme/app", version: "../VERSION" } },
      "workspace.version",
    ],
    [
      "an absolute path",
      { ...sound, workspace: { repository: "acme/app", manifest: "/etc/manifest.json" } },
      "workspace.manifest",
    ],
    [
      "a repository with a slash too many",
      { ...sound, assets: { repository: "acme/app/releases" } },
      "assets.repository",
    ],
    [
      "plain http",
      {
        ...sound,
        endpoints: {
          health: "http://example.org/h",
          updatesHealth: "https://example.org/u",
          appcast: "https://example.org/a",
        },
      },
      "endpoints.health",
    ],
    ["a VM's file that has no absolute path", { ...sound, vm: { ...vm, envFile: "config.env" } }, "vm.envFile"],
    ["a VM's file that is a folder", { ...sound, vm: { ...vm, manifest: "/srv/manifests/" } }, "vm.manifest"],
    ["a VM's file behind other folders", { ...sound, vm: { ...vm, manifest: "/srv/../etc/passwd" } }, "vm.manifest"],
    ["a VM's file on Windows", { ...sound, vm: { ...vm, manifest: "C:\\srv\\manifest.json" } }, "vm.manifest"],
    ["an unknown form of alerts", { ...sound, alerts: { webhook: "ALERTS", format: "irc" } }, "alerts.format"],
    ["a text", "App", "(whole file)"],
    ["a list", [sound], "product"],
  ])("with %s is refused, and the path is named", (_, config, path) => {
    const problem = problemOf(() => parse(config))
    expect(problem.code).toBe("CONFIG_INVALID")
    expect(problem.message).toContain(`\n  ${path}: found `)
  })

  it("does not repeat an address that was put where its setting's name belongs", () => {
    const problem = problemOf(() => parse({ ...sound, alerts: { webhook: "https://example.org/hook/s3cret" } }))
    expect(problem.message).toContain("alerts.webhook: found another value, expected the name of an app setting")
    expect(JSON.stringify(problem.summary())).not.toContain("s3cret")
  })

  it("takes any file of the VM by its absolute path, however it is named", () => {
    const odd = { ...vm, envFile: '/srv/$(touch x)/it\'s "odd"\n.env', manifest: "/m" }
    expect(parse({ ...sound, vm: odd }).config.vm).toEqual(odd)
  })

  it("needs no subscription where it names a VM: most commands do not look at it", () => {
    expect(parse({ ...sound, vm }).settings.AZURE_SUBSCRIPTION_ID).toBeUndefined()
  })

  it.each<[what: string, text: string | undefined]>([
    ["is missing", undefined],
    ["is not JSON", '{"product": "App",}'],
    ["is empty", ""],
  ])("that %s is refused by its name", (_, text) => {
    const problem = problemOf(() => parseConfiguration({ name: "my.json", text }, settings, everything))
    expect(problem).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining("my.json: found ") })
  })

  it.each<[what: string, config: unknown]>([
    ["the workspace", { ...sound, assets: { repository: "acme/app" } }],
    ["the workspace in other letters", { ...sound, assets: { repository: "Acme/App" } }],
    ["a server", { ...sound, serverRepositories: ["acme/server", "acme/app_releases"] }],
  ])("that publishes to the repository of %s is refused", (_, config) => {
    const problem = problemOf(() => parse(config))
    expect(problem).toMatchObject({
      code: "CONFIG_REPOSITORIES_MIXED",
      message: expect.stringContaining("assets.repository"),
    })
  })

  it("allows plain http for loopback addresses", () => {
    const url = (port: number) => `http://127.0.0.1:${port}/`
    const endpoints = { health: url(1), updatesHealth: "http://localhost:2/", appcast: "http://[::1]:3/" }
    expect(() => parse({ ...sound, endpoints })).not.toThrow()
    expect(() => parse(sound, { ...settings, GITHUB_API_URL: url(4) })).not.toThrow()
    expect(() => parse(sound, { ...settings, GITHUB_API_URL: "http://127.0.0.1.example.org/" })).toThrow(
      "GITHUB_API_URL",
    )
  })
})

describe("the app settings", () => {
  it.each<[what: string, settings: Record<string, string>, path: string]>([
    ["no storage", { GITHUB_TOKEN: "t" }, "AzureWebJobsStorage"],
    [
      "half an identity's addresses",
      { GITHUB_TOKEN: "t", AzureWebJobsStorage__blobServiceUri: "https://a.example" },
      "AzureWebJobsStorage",
    ],
    ["no credentials", { AzureWebJobsStorage: "a=b" }, "GITHUB_TOKEN"],
    ["an empty token", { AzureWebJobsStorage: "a=b", GITHUB_TOKEN: "" }, "GITHUB_TOKEN"],
    ["an App without its key", { AzureWebJobsStorage: "a=b", GITHUB_APP_ID: "7" }, "GITHUB_APP_PRIVATE_KEY"],
    ["a key without its App", { AzureWebJobsStorage: "a=b", GITHUB_APP_PRIVATE_KEY: "PRIVATE KEY" }, "GITHUB_APP_ID"],
  ])("with %s are refused, and the setting is named", (_, environment, path) => {
    const problem = problemOf(() => parse(sound, environment))
    expect(problem).toMatchObject({ code: "SETTINGS_INVALID", message: expect.stringContaining(`\n  ${path}: found `) })
  })

  it.each<[what: string, settings: Record<string, string>]>([
    ["an account and an identity", { AzureWebJobsStorage__accountName: "acme", GITHUB_TOKEN: "t" }],
    [
      "an App",
      { AzureWebJobsStorage: "a=b", GITHUB_APP_ID: "7", GITHUB_APP_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----" },
    ],
  ])("may name %s", (_, environment) => expect(() => parse(sound, environment)).not.toThrow())

  it("are asked for what a command needs, and no more", () => {
    expect(() => requireSettings({}, { storage: false, github: false })).not.toThrow()
    expect(problemOf(() => requireSettings({}, everything)).message).toContain("2 faults in the app settings")
  })

  it("are never repeated, because they may be secrets", () => {
    const secrets = {
      ALERTS: "s3cret",
      KEY_VAULT_URL: "s3cret",
      AZURE_SUBSCRIPTION_ID: "s3cret",
      AZURE_RESOURCE_MANAGER_URL: "s3cret",
      GITHUB_TOKEN: "keyvault:s3cret/1",
      AzureWebJobsStorage: "s3cret",
      GITHUB_API_URL: "s3cret",
      GITHUB_APP_ID: "s3cret",
      GITHUB_APP_PRIVATE_KEY: "s3cret",
    }
    const problem = problemOf(() => parse(alerting, secrets))
    for (const name of Object.keys(secrets)) expect(problem.message).toContain(`${name}: found another value`)
    expect(JSON.stringify(problem.summary())).not.toContain("s3cret")
  })
})

const alerting = { ...sound, alerts: { webhook: "ALERTS" } }
const vault = { KEY_VAULT_URL: "https://acme.vault.azure.net" }

describe("a reference to a secret in the vault", () => {
  it.each<[value: string | undefined, name: string | undefined]>([
    ["keyvault:github-token", "github-token"],
    [`keyvault:${"a".repeat(127)}`, "a".repeat(127)],
    [`keyvault:${"a".repeat(128)}`, undefined],
    ["keyvault:", undefined],
    ["keyvault:a/b", undefined],
    ["keyvault:a\n", undefined],
    [" keyvault:a", undefined],
    ["ghp_s3cret", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j names %j", (value, name) => expect(secretReference(value)).toBe(name))

  it.each<[what: string, settings: Record<string, string>, names: string[]]>([
    ["a token", { GITHUB_TOKEN: "keyvault:token" }, ["token"]],
    ["an App's key", { GITHUB_APP_ID: "7", GITHUB_APP_PRIVATE_KEY: "keyvault:key" }, ["key"]],
    ["the webhook", { GITHUB_TOKEN: "t", ALERTS: "keyvault:hook" }, ["hook"]],
    ["two settings", { GITHUB_TOKEN: "keyvault:same", ALERTS: "keyvault:same" }, ["same"]],
    ["nothing", { GITHUB_TOKEN: "t", ALERTS: "https://example.org/hook", OTHER: "keyvault:other" }, []],
  ])("may stand for %s, and is listed once", (_, set, names) => {
    const { settings } = parse(alerting, { AzureWebJobsStorage: "a=b", ...vault, ...set })
    expect(settings).toMatchObject(vault)
    expect(secretNames(settings)).toEqual(names)
  })

  it("is a fault where no vault is named", () => {
    const environment = { AzureWebJobsStorage: "a=b", GITHUB_TOKEN: "keyvault:token", ALERTS: "keyvault:hook" }
    const problem = problemOf(() => parse(alerting, environment))
    expect(problem).toMatchObject({ code: "SETTINGS_INVALID" })
    expect(problem.message).toContain(
      "KEY_VAULT_URL: found nothing, expected the vault's URL, for the reference in GITHUB_TOKEN and ALERTS",
    )
    expect(() => parse(alerting, { ...settings, OTHER: "keyvault:other" })).not.toThrow()
  })

  it.each(["GITHUB_TOKEN", "GITHUB_APP_PRIVATE_KEY", "ALERTS"])("that is malformed in %s is told once", (name) => {
    const problem = problemOf(() =>
      parse(alerting, { ...settings, ...vault, GITHUB_APP_ID: "7", [name]: "keyvault:a/b" }),
    )
    expect(problem.message.split("\n")).toEqual([
      "1 fault in the app settings",
      `  ${name}: found another value, expected the secret itself, or keyvault:NAME with at most 127 letters, digits and dashes`,
    ])
  })
})

describe("the setting that alerts.webhook names", () => {
  const hookOf = (value: string | undefined) =>
    parse(alerting, { ...settings, ...vault, ...(value !== undefined && { ALERTS: value }) }).settings.webhook

  it.each(["https://example.org/hook/s3cret", "http://127.0.0.1:7/hook", "keyvault:hook"])("may be %s", (value) => {
    expect(hookOf(value)).toBe(value)
  })

  it.each([undefined, ""])("may be absent: %j", (value) => expect(hookOf(value)).toBeUndefined())

  it.each(["http://example.org/hook", "https://me:s3cret@example.org/", "hook", "file:///etc/passwd"])(
    "may not be %s",
    (value) => {
      const problem = problemOf(() => hookOf(value))
      expect(problem.message).toContain("ALERTS: found another value, expected an https URL")
      expect(problem.message).not.toContain(value)
    },
  )

  it("is not read unless it is named", () => {
    expect(parse(sound, { ...settings, ALERTS: "no address" }).settings.webhook).toBeUndefined()
  })

  it("says nothing of the form of the messages: that is the configuration's, plain JSON unless it says otherwise", () => {
    expect(parse(alerting).config.alerts).toEqual({ webhook: "ALERTS", format: "json" })
  })
})

describe("the settings for the VM", () => {
  const id = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"

  it("default to the public cloud", () => {
    expect(parse(sound).settings.AZURE_RESOURCE_MANAGER_URL).toBe("https://management.azure.com")
    expect(parse(sound, { ...settings, AZURE_SUBSCRIPTION_ID: id }).settings.AZURE_SUBSCRIPTION_ID).toBe(id)
  })

  it.each<[name: string, value: string]>([
    ["AZURE_SUBSCRIPTION_ID", "acme"],
    ["AZURE_SUBSCRIPTION_ID", `${id}/resourceGroups/acme`],
    ["AZURE_RESOURCE_MANAGER_URL", "http://management.example.org"],
    ["KEY_VAULT_URL", "http://acme.vault.example.org"],
  ])("refuse another %s: %s", (name, value) => {
    expect(() => parse(sound, { ...settings, [name]: value })).toThrow(`${name}: found another value`)
  })
})
