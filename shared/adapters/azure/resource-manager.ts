import { Problem } from "../../problem.ts"
import { isPlainLoopback } from "./loopback.ts"

/** Where Azure Resource Manager is, and how it is spoken to. */
export interface ResourceManager {
  url: URL
  /** Plain http on this machine: a look-alike, which is shown no token. */
  plain: boolean
  /** A token is asked for the place that it is shown to, and is good for no other. */
  scope: string
}

/** Reads its address: https or loopback; by default the public cloud's. Throws SETTINGS_INVALID. */
export function resourceManager(armUrl: string | undefined): ResourceManager {
  const url = new URL(armUrl ?? "https://management.azure.com")
  const plain = isPlainLoopback(url)
  if (url.protocol !== "https:" && !plain)
    throw new Problem("SETTINGS_INVALID", "Azure Resource Manager is asked by https only")
  return { url, plain, scope: `${url.origin}/.default` }
}
