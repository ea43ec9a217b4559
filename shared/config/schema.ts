import * as v from "valibot"

const text = v.pipe(v.string(), v.nonEmpty("expected some text"))

const repository = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/, "expected a repository, owner/name"),
)

/** A path inside a repository: relative, without `.` or `..` parts. */
const path = v.pipe(
  v.string(),
  v.regex(/^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\]+$/, "expected a relative path inside the repository"),
)

const https = v.pipe(
  v.string(),
  v.check(isSafeUrl, "expected an https URL without a user name (plain http for loopback only)"),
)

/** Judged by what the URL means, not by how it begins: `http://localhost:x@elsewhere/` begins well. */
function isSafeUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url?.username !== "" || url.password !== "") return false
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)
  return url.protocol === "https:" || (url.protocol === "http:" && loopback)
}

/** Of a file, on a machine that is not this one. */
const absolutePath = v.pipe(
  v.string(),
  v.regex(/^(?!.*\/\.{1,2}(?:\/|$))\/[^\0]*[^/\0]$/s, "expected an absolute path of a file, /…"),
)

/** GitHub changes other characters in an asset's name, and then nothing finds it again. */
const assetName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected a file name of letters, digits, dots, dashes and underscores"),
  v.check((name) => name !== "SHA256SUMS", "expected another name: every release has a SHA256SUMS of its own"),
)

const artifacts = v.pipe(
  v.array(v.strictObject({ name: assetName, kind: v.picklist(["dmg", "pkg", "notes"]) })),
  v.check((list) => list.some(({ kind }) => kind !== "notes"), "expected at least one installer (dmg or pkg)"),
  v.check(
    (list) => list.filter(({ kind }) => kind === "notes").length === 1,
    "expected exactly one entry of kind notes",
  ),
  v.check(
    (list) => new Set(list.map(({ name }) => name.toLowerCase())).size === list.length,
    "expected every name once",
  ),
)

const versionPoint = v.strictObject({
  file: path,
  format: v.picklist(["text", "yaml", "json", "env", "regex", "plist", "xml"]),
  path: v.optional(text),
  optional: v.optional(v.boolean(), false),
})

/** The address itself is a secret, and does not belong into the file. */
const settingName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an app setting, not its value"),
)

/** What `slipway.config.json` may say: policy, never a secret. (product specification, section 2) */
export const configSchema = v.strictObject({
  $schema: v.optional(v.string()),
  product: text,
  assets: v.strictObject({ repository }),
  workspace: v.strictObject({
    repository,
    branch: v.optional(text, "main"),
    version: v.optional(path, "VERSION"),
    manifest: v.optional(path, "server/updates/manifests/manifest.json"),
  }),
  serverRepositories: v.optional(v.array(repository), []),
  artifacts,
  quietSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400)), 120),
  manifestOnVersionChange: v.optional(v.picklist(["release", "now"]), "release"),
  versionPoints: v.optional(v.array(versionPoint), []),
  vm: v.optional(
    v.strictObject({ resourceGroup: text, name: text, envFile: absolutePath, secret: text, manifest: absolutePath }),
  ),
  endpoints: v.optional(v.strictObject({ health: https, updatesHealth: https, appcast: https })),
  alerts: v.optional(
    v.strictObject({
      webhook: v.optional(settingName),
      format: v.optional(v.picklist(["slack", "teams", "discord", "json"]), "json"),
      issuesIn: v.optional(repository),
    }),
  ),
})

export type Config = v.InferOutput<typeof configSchema>

/** The name of a secret in a vault, as Key Vault allows it. */
const reference = /^keyvault:([0-9A-Za-z-]{1,127})$/

/** The NAME in `keyvault:NAME`; undefined of a value that stands for itself. */
export function secretReference(value: string | undefined): string | undefined {
  return value?.match(reference)?.[1]
}

/** A malformed reference would travel to GitHub as a token, and be refused there for a reason nobody understands. */
const secret = v.pipe(
  v.string(),
  v.check(
    (value) => !value.startsWith("keyvault:") || reference.test(value),
    "expected the secret itself, or keyvault:NAME with at most 127 letters, digits and dashes",
  ),
)

const privateKey = v.pipe(
  secret,
  v.check(
    (value) => value.startsWith("keyvault:") || value.includes("PRIVATE KEY"),
    "expected a PEM private key, or keyvault:NAME",
  ),
)

/** The setting that `alerts.webhook` names: an address that is a secret. */
export const webhookSchema = v.optional(
  v.pipe(
    secret,
    v.check(
      (value) => value.startsWith("keyvault:") || isSafeUrl(value),
      "expected an https URL without a user name (plain http for loopback only), or keyvault:NAME",
    ),
  ),
)

const settingUrl = (fallback: string) => v.optional(https, fallback)

/** The app settings Slipway reads under names of its own; all others belong to the platform. */
export const settingsSchema = v.object({
  AzureWebJobsStorage: v.optional(v.pipe(v.string(), v.regex(/=/, "expected a connection string"))),
  AzureWebJobsStorage__accountName: v.optional(text),
  AzureWebJobsStorage__blobServiceUri: v.optional(https),
  AzureWebJobsStorage__queueServiceUri: v.optional(https),
  AzureWebJobsStorage__credential: v.optional(v.literal("managedidentity", "expected managedidentity")),
  AzureWebJobsStorage__clientId: v.optional(text),
  GITHUB_API_URL: settingUrl("https://api.github.com"),
  GITHUB_TOKEN: v.optional(secret),
  GITHUB_APP_ID: v.optional(v.pipe(v.string(), v.regex(/^\d+$/, "expected the App's number"))),
  GITHUB_APP_PRIVATE_KEY: v.optional(privateKey),
  KEY_VAULT_URL: v.optional(https),
  AZURE_SUBSCRIPTION_ID: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "expected a subscription's id, a GUID"),
    ),
  ),
  AZURE_RESOURCE_MANAGER_URL: settingUrl("https://management.azure.com"),
})

export type Settings = v.InferOutput<typeof settingsSchema> & {
  /** Where alerts go, or the reference to it: the setting that the configuration's `alerts.webhook` names. */
  webhook?: string
}
