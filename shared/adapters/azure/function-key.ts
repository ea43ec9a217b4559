import { Problem } from "../../problem.ts"
import { identity } from "./connect.ts"
import { resourceManager } from "./resource-manager.ts"

/** A function app in Azure. */
export interface AppAddress {
  subscriptionId: string
  resourceGroup: string
  /** Of the site. */
  name: string
  /** Azure Resource Manager: an https address, or a loopback one. Default: the public cloud's. */
  armUrl?: string | undefined
}

const DEADLINE_MS = 30_000

/**
 * The app's default function key, as Azure Resource Manager tells whoever may manage the app. Nothing else of its answer, which
 * has stronger keys in it, is kept. Throws APP_KEY_FORBIDDEN, APP_NOT_FOUND, AZURE_UNAUTHORIZED, AZURE_UNREACHABLE, SETTINGS_INVALID.
 * https://learn.microsoft.com/rest/api/appservice/web-apps/list-host-keys
 */
export async function functionKey(app: AppAddress): Promise<string> {
  const { subscriptionId, resourceGroup, name } = app
  const { url, plain, scope } = resourceManager(app.armUrl)
  const [subscription, group, site] = [subscriptionId, resourceGroup, name].map(encodeURIComponent)
  const path = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Web/sites/${site}/host/default/listkeys`
  const token = plain ? "" : await tokenFor(scope, name)
  const response = await fetch(new URL(`${path}?api-version=2024-11-01`, url), {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    redirect: "error",
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch(() => undefined)
  const key = response?.ok ? keyIn(await response.json().catch(() => undefined)) : undefined
  if (key) return key
  throw refusal(response?.status, app)
}

async function tokenFor(scope: string, name: string): Promise<string> {
  try {
    const found = await (await identity({})).getToken(scope)
    if (found) return found.token
  } catch {
    // The SDK's own error is left out: it repeats what every way to sign in has said.
  }
  throw new Problem("AZURE_UNAUTHORIZED", `nobody is signed in to Azure here, to ask for the key of ${name}`)
}

function keyIn(answer: unknown): string | undefined {
  const { functionKeys } = Object(answer) as { functionKeys?: { default?: unknown } }
  return typeof functionKeys?.default === "string" ? functionKeys.default : undefined
}

function refusal(status: number | undefined, { name, resourceGroup }: AppAddress): Problem {
  if (status === 401)
    return new Problem("AZURE_UNAUTHORIZED", `Azure does not accept the credentials, to ask for the key of ${name}`)
  if (status === 403)
    return new Problem("APP_KEY_FORBIDDEN", `you may not read the keys of the function app ${name} in ${resourceGroup}`)
  if (status === 404) return new Problem("APP_NOT_FOUND", `Azure knows no function app ${name} in ${resourceGroup}`)
  return new Problem("AZURE_UNREACHABLE", `Azure cannot be asked for the key of ${name}: ${status ?? "no answer"}`)
}
