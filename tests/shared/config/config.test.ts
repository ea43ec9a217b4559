import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { parseConfiguration, requireSettings } from "../../../shared/config/config.ts"
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
    ["a text", "App", "(whole file)"],
    ["a list", [sound], "product"],
  ])("with %s is refused, and the path is named", (_, config, path) => {
    const problem = problemOf(() => parse(config))
    expect(problem.code).toBe("CONFIG_INVALID")
    expect(problem.message).toContain(`\n  ${path}: found `)
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
      AzureWebJobsStorage: "s3cret",
      GITHUB_API_URL: "s3cret",
      GITHUB_APP_ID: "s3cret",
      GITHUB_APP_PRIVATE_KEY: "s3cret",
    }
    const problem = problemOf(() => parse(sound, secrets))
    expect(problem.message).toContain("GITHUB_APP_PRIVATE_KEY: found another value")
    expect(JSON.stringify(problem.summary())).not.toContain("s3cret")
  })
})
