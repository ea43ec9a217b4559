import { settingsSchema } from "../../../shared/config/schema.ts"
import { CONTAINERS, poisonOf, QUEUES } from "../../../shared/ports/names.ts"
import { VERIFICATION_FAILED, VERIFIED } from "../../../shared/verify/markers.ts"
import { type Deployment, type Grant, readDeployment } from "./templates.ts"

/** What the platform wants, and the code never sees. */
const PLATFORM = {
  containers: ["packages", "undelivered"],
  settings: [
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",
  ],
}

/** Settings that are read, and in Azure left to their defaults: a key for Azurite, and addresses that the account's name says. */
const LOCAL = ["AzureWebJobsStorage", "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri"]

/** What a terminal needs of the settings, and what finds the app. An identity it brings itself. */
const OUTPUTS = [
  ...["SLIPWAY_URL", "SLIPWAY_APP", "AZURE_RESOURCE_GROUP", "AZURE_RESOURCE_MANAGER_URL", "KEY_VAULT_URL"],
  ...["AzureWebJobsStorage__accountName", "GITHUB_API_URL", "GITHUB_TOKEN", "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"],
]

/** What raises the alarm when it is in the logs, or when it is not. */
const ALARM = [VERIFIED, VERIFICATION_FAILED, "poison"]

/** Each because of a call that is made, there and nowhere wider. */
export const NEEDED: Omit<Grant, "why">[] = [
  // The host's own locks and keys; every container of the code, which is made where it is missing.
  { who: "app", role: "Storage Blob Data Owner", where: "account" },
  // The triggers, storage-queue.ts, poison-queue.ts.
  { who: "app", role: "Storage Queue Data Contributor", where: "account" },
  // The host's diagnostic events.
  { who: "app", role: "Storage Table Data Contributor", where: "account" },
  // key-vault.ts.
  { who: "app", role: "Key Vault Secrets User", where: "vault" },
  // Logs, where keys are refused.
  { who: "app", role: "Monitoring Metrics Publisher", where: "insights" },
  // run-command.ts, and nothing but it.
  {
    who: "app",
    role: '"Microsoft.Compute/virtualMachines/runCommand/action","Microsoft.Compute/virtualMachines/read"',
    where: "vm",
  },
  // The subscription delivers, and keeps what it cannot deliver.
  { who: "topic", role: "Storage Queue Data Message Sender", where: `queue ${QUEUES.events}` },
  { who: "topic", role: "Storage Blob Data Contributor", where: "container undelivered" },
  // `slipway ship`; then what `slipway verify` and `doctor` look at, and the lease they take.
  { who: "deployer", role: "Storage Blob Data Contributor", where: `container ${CONTAINERS.inbox}` },
  { who: "deployer", role: "Storage Blob Data Contributor", where: `container ${CONTAINERS.state}` },
  { who: "deployer", role: "Storage Queue Data Reader", where: `queue ${poisonOf(QUEUES.events)}` },
  { who: "deployer", role: "Key Vault Secrets User", where: "vault" },
]

/** Everything in which the templates and the code do not agree, and the document that tells people of rights. */
export async function faultsIn(texts: { [file: string]: string }): Promise<string[]> {
  const deployed = await readDeployment(texts)
  const { containers, queues, settings, events, aged, packages, alarm } = deployed
  const poison = Object.values(QUEUES).map(poisonOf)
  const read = [...Object.keys(settingsSchema.entries), "alerts.webhook"].filter((name) => !LOCAL.includes(name))
  return [
    ...differences("container", [...Object.values(CONTAINERS), ...PLATFORM.containers], containers),
    ...differences("queue", [...Object.values(QUEUES), ...poison], queues),
    ...differences("setting", [...read, ...PLATFORM.settings], Object.keys(settings)),
    ...differences("output", OUTPUTS, Object.keys(deployed.outputs)),
    ...differences("secret", referencesIn(Object.values(settings)), deployed.secrets),
    ...differences("right", NEEDED.map(told), deployed.grants.map(told)),
    ...differences("uploads are told", [`${CONTAINERS.inbox} → ${QUEUES.events}`], [eventsOf(deployed)]),
    ...differences("undelivered events go to", ["undelivered"], [events.undelivered]),
    ...differences("packages lie in", ["packages"], [packages.replace(/^.*\}/, "")]),
    ...differences("what ages lies in", containers, aged).filter((fault) => fault.endsWith("not needed")),
    ...differences("alarm", ALARM, alarm),
  ]
}

function differences(what: string, wanted: string[], found: string[]): string[] {
  const missing = wanted.filter((each) => !found.includes(each)).map((each) => `${what} ${each}: missing`)
  const surplus = found.filter((each) => !wanted.includes(each)).map((each) => `${what} ${each}: not needed`)
  return [...missing, ...surplus]
}

const told = ({ who, role, where }: Omit<Grant, "why">) => `${who}: ${role} on ${where}`

function eventsOf({ events: { subject, queue } }: Deployment): string {
  return `${subject.match(/^\/blobServices\/default\/containers\/([^/]+)\/blobs\/$/)?.[1]} → ${queue}`
}

/** The NAMEs in `keyvault:NAME`, also of a setting that is one thing or another. */
function referencesIn(values: unknown[]): string[] {
  return values.flatMap((value) =>
    [...String(value).matchAll(/keyvault:([0-9A-Za-z-]+)/g)].map(([, name = ""]) => name),
  )
}
