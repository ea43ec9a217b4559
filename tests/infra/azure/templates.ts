import { glob, readFile } from "node:fs/promises"
import { basename } from "node:path"
import { type Fields, type Resource, readTemplate, type Template, type Value } from "./bicep.ts"

/** Somebody may do something somewhere. */
export interface Grant {
  who: "app" | "deployer" | "topic"
  role: string
  /** `account`, `container inbox`, `queue released`, `vault`, `insights` or `vm`. */
  where: string
  why: string
}

/** The deployment, as far as the code relies on it. */
export interface Deployment {
  containers: string[]
  queues: string[]
  /** The app settings, each with what it is set to. */
  settings: Fields
  /** The names of the secrets in the vault. */
  secrets: string[]
  grants: Grant[]
  outputs: Fields
  /** Where uploads are told. */
  events: { subject: string; queue: string; undelivered: string }
  /** The words in logs that raise the alarm. */
  alarm: string[]
  /** The containers in which blobs are changed or deleted by age. */
  aged: string[]
  packages: string
}

const ROLES: { [id: string]: string } = {
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
  "19e7f393-937e-4f77-808e-94535e297925": "Storage Queue Data Reader",
  "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "Storage Queue Data Message Sender",
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
}

const folder = "infra/azure"

/** The texts of all templates, by file name. */
export async function templateTexts(): Promise<{ [file: string]: string }> {
  const files = await Array.fromAsync(glob(`${folder}/*.bicep`))
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [basename(file), await readFile(file, "utf8")])),
  )
}

/** Reads what is deployed. */
export async function readDeployment(texts: { [file: string]: string }): Promise<Deployment> {
  const entries = Object.entries(texts).map(async ([file, text]) => [file, await readTemplate(text)] as const)
  const templates: { [file: string]: Template } = Object.fromEntries(await Promise.all(entries))
  const all = Object.values(templates).flatMap(({ resources }) => resources)
  const of = (type: string) => all.filter((resource) => resource.type === type && !resource.existing)
  const names = (type: string) => of(type).map(({ body }) => String(body.name))
  const [subscription] = of("Microsoft.EventGrid/systemTopics/eventSubscriptions")
  const [settings] = of("Microsoft.Web/sites/config")
  const [alarm] = of("Microsoft.Insights/scheduledQueryRules")
  const [policy] = of("Microsoft.Storage/storageAccounts/managementPolicies")
  const [site] = of("Microsoft.Web/sites")
  return {
    containers: names("Microsoft.Storage/storageAccounts/blobServices/containers"),
    queues: names("Microsoft.Storage/storageAccounts/queueServices/queues"),
    settings: renamed((settings?.body.properties ?? {}) as Fields),
    secrets: names("Microsoft.KeyVault/vaults/secrets"),
    grants: Object.values(templates).flatMap(grantsIn),
    outputs: templates["main.bicep"]?.outputs ?? {},
    events: {
      subject: textAt(subscription, "properties", "filter", "subjectBeginsWith"),
      queue: textAt(
        subscription,
        "properties",
        "deliveryWithResourceIdentity",
        "destination",
        "properties",
        "queueName",
      ),
      undelivered: textAt(
        subscription,
        ...["properties", "deadLetterWithResourceIdentity", "deadLetterDestination", "properties", "blobContainerName"],
      ),
    },
    alarm: [...JSON.stringify(alarm?.body).matchAll(/(?:startswith|has) \\"([^"\\]+)\\"/g)].map(
      ([, word = ""]) => word,
    ),
    aged: [...JSON.stringify(policy?.body).matchAll(/"prefixMatch":\[([^\]]*)\]/g)].flatMap(([, list = ""]) =>
      (JSON.parse(`[${list}]`) as string[]).map((prefix) => prefix.split("/")[0] ?? ""),
    ),
    packages: textAt(site, "properties", "functionAppConfig", "deployment", "storage", "value"),
  }
}

/** The setting that the configuration names is called by what names it. */
function renamed(settings: Fields): Fields {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name.replace(/^\$.*/, "alerts.webhook"), value]),
  )
}

/** Every role that a template assigns. */
function grantsIn(template: Template): Grant[] {
  return template.resources
    .filter(({ type }) => type === "Microsoft.Authorization/roleAssignments")
    .map((assignment) => {
      const id = textAt(assignment, "properties", "roleDefinitionId")
      const principal = textAt(assignment, "properties", "principalId")
      return {
        who: principal.startsWith("topic.") ? "topic" : principal.startsWith("deployer") ? "deployer" : "app",
        role: roleOf(id, template),
        where: placeOf(String(assignment.body.scope), template),
        why: textAt(assignment, "properties", "description"),
      }
    })
}

/** The name of a built-in role, or what a role of our own may do. */
function roleOf(id: string, { resources, variables }: Template): string {
  const own = resources.find(({ symbol }) => `${symbol}.id` === id)
  if (own) return JSON.stringify(own.body).match(/"actions":\[([^\]]*)\]/)?.[1] ?? ""
  const guid = variables[id.match(/, (\w+)\)$/)?.[1] ?? ""]
  return ROLES[String(guid)] ?? String(guid)
}

/** Of the resource that a role is given on. */
function placeOf(symbol: string, { resources, variables }: Template): string {
  const found = resources.find((resource) => resource.symbol === symbol)
  const name = found && (variables[String(found.body.name)] ?? found.body.name)
  switch (found?.type.split("/").at(-1)) {
    case "containers":
      return `container ${name}`
    case "queues":
      return `queue ${name}`
    case "storageAccounts":
      return "account"
    case "vaults":
      return "vault"
    case "components":
      return "insights"
    case "virtualMachines":
      return "vm"
    default:
      return symbol
  }
}

function textAt(resource: Resource | undefined, ...path: string[]): string {
  const found = path.reduce<Value | undefined>(
    (value, key) => (typeof value === "object" && !Array.isArray(value) ? value[key] : undefined),
    resource?.body,
  )
  return typeof found === "string" ? found : JSON.stringify(found)
}
