import * as v from "valibot"
import { Problem } from "../problem.ts"
import { type Config, configSchema, type Settings, secretReference, settingsSchema, webhookSchema } from "./schema.ts"

export { type Config, type Settings, secretReference } from "./schema.ts"

/** One thing wrong with the configuration: where, what was found, what is expected. */
export interface Fault {
  path: string
  found: string
  expected: string
}

/** What a command needs of the app settings: `slipway publish` runs without a storage account, `slipway ship` without GitHub. */
export interface Needs {
  storage: boolean
  github: boolean
}

type Environment = { readonly [name: string]: string | undefined }

/**
 * Reads the configuration file's text and the app settings, and reports every fault of both at once.
 * Throws CONFIG_INVALID, CONFIG_REPOSITORIES_MIXED, or SETTINGS_INVALID when only the settings are at fault.
 */
export function parseConfiguration(
  file: { name: string; text: string | undefined },
  environment: Environment,
  needs: Needs,
): { config: Config; settings: Settings } {
  const config = parseFile(file)
  const settings = parseSettings(environment, needs, config.value?.alerts?.webhook)
  const mixed = config.value ? mixedRepositories(config.value) : []
  const inFile = [...config.faults, ...mixed]
  const faults = [...inFile, ...settings.faults]
  if (config.value && settings.value && faults.length === 0) return { config: config.value, settings: settings.value }

  const code =
    config.faults.length > 0 ? "CONFIG_INVALID" : mixed.length > 0 ? "CONFIG_REPOSITORIES_MIXED" : "SETTINGS_INVALID"
  const where = inFile.length > 0 ? file.name : "the app settings"
  throw new Problem(code, told(faults, where))
}

/** The app settings alone, for a command that needs no policy. Throws SETTINGS_INVALID with every fault. */
export function requireSettings(environment: Environment, needs: Needs): Settings {
  const { value, faults } = parseSettings(environment, needs)
  if (value && faults.length === 0) return value
  throw new Problem("SETTINGS_INVALID", told(faults, "the app settings"))
}

/** The names of all secrets in the vault that the settings refer to, each once. */
export function secretNames({ GITHUB_TOKEN, GITHUB_APP_PRIVATE_KEY, webhook }: Settings): string[] {
  const names = [GITHUB_TOKEN, GITHUB_APP_PRIVATE_KEY, webhook].map(secretReference)
  return [...new Set(names.filter((name) => name !== undefined))]
}

function told(faults: Fault[], where: string): string {
  const lines = faults.map(({ path, found, expected }) => `${path}: found ${found}, ${expected}`)
  return `${faults.length} fault${faults.length === 1 ? "" : "s"} in ${where}\n  ${lines.join("\n  ")}`
}

interface Parsed<T> {
  value?: T
  faults: Fault[]
}

function parseFile({ name, text }: { name: string; text: string | undefined }): Parsed<Config> {
  if (text === undefined) return { faults: [{ path: name, found: "no file", expected: "expected the configuration" }] }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { faults: [{ path: name, found: (error as Error).message, expected: "expected JSON" }] }
  }
  const result = v.safeParse(configSchema, json)
  if (result.success) return { value: result.output, faults: [] }
  return { faults: result.issues.map((issue) => faultOf(issue, foundIn(issue))) }
}

/** Whoever mistakes `alerts.webhook` for the address itself has put a secret there. */
function foundIn(issue: v.BaseIssue<unknown>): string {
  return v.getDotPath(issue) === "alerts.webhook" ? "another value" : show(issue.input)
}

function parseSettings(environment: Environment, needs: Needs, webhookName?: string): Parsed<Settings> {
  // An empty app setting means "not set": portals and shells cannot always remove one.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""))
  const own = v.safeParse(settingsSchema, set)
  const webhook = v.safeParse(webhookSchema, webhookName && set[webhookName])
  const faults = [
    ...(own.issues ?? []).map((issue) => faultOf(issue, "another value")),
    ...(webhook.issues ?? []).map((issue) => ({ ...faultOf(issue, "another value"), path: webhookName ?? "" })),
    ...(needs.storage ? storageFaults(set) : []),
    ...(needs.github ? githubFaults(set) : []),
    ...vaultFaults(set, ["GITHUB_TOKEN", "GITHUB_APP_PRIVATE_KEY", webhookName ?? ""]),
  ]
  if (!own.success || !webhook.success) return { faults }
  return { value: { ...own.output, ...(webhook.output && { webhook: webhook.output }) }, faults }
}

/** A reference leads nowhere without a vault. */
function vaultFaults(set: Environment, secrets: string[]): Fault[] {
  const referring = secrets.filter((name) => secretReference(set[name]) !== undefined)
  if (set.KEY_VAULT_URL || referring.length === 0) return []
  const expected = `expected the vault's URL, for the reference in ${referring.join(" and ")}`
  return [{ path: "KEY_VAULT_URL", found: "nothing", expected }]
}

function storageFaults(set: Environment): Fault[] {
  if (set.AzureWebJobsStorage || set.AzureWebJobsStorage__accountName) return []
  if (set.AzureWebJobsStorage__blobServiceUri && set.AzureWebJobsStorage__queueServiceUri) return []
  const expected = "expected a connection string, or AzureWebJobsStorage__accountName for an identity"
  return [{ path: "AzureWebJobsStorage", found: "nothing", expected }]
}

function githubFaults({ GITHUB_TOKEN, GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY }: Environment): Fault[] {
  if (GITHUB_TOKEN || (GITHUB_APP_ID && GITHUB_APP_PRIVATE_KEY)) return []
  const missing = GITHUB_APP_ID ? "GITHUB_APP_PRIVATE_KEY" : GITHUB_APP_PRIVATE_KEY ? "GITHUB_APP_ID" : "GITHUB_TOKEN"
  const expected = "expected GITHUB_TOKEN, or GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY"
  return [{ path: missing, found: "nothing", expected }]
}

/** Assets are published to a repository of their own. (the guide, section 0) */
function mixedRepositories(config: Config): Fault[] {
  const assets = config.assets.repository.toLowerCase()
  const others = [config.workspace.repository, ...config.serverRepositories]
  if (!others.some((other) => other.toLowerCase() === assets)) return []
  const expected = "expected a repository that is neither the workspace nor a server's"
  return [{ path: "assets.repository", found: show(config.assets.repository), expected }]
}

function faultOf(issue: v.BaseIssue<unknown>, found: string): Fault {
  const path = v.getDotPath(issue) ?? "(whole file)"
  if (issue.expected === "never") return { path, found: "an unknown key", expected: "expected only known keys" }
  if (issue.input === undefined) return { path, found: "nothing", expected: "expected it to be set" }
  const expected = issue.message.startsWith("expected") ? issue.message : `expected ${issue.expected}`
  return { path, found, expected }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
