import { type Settings, secretReference } from "../config/config.ts"
import type { Vault } from "../ports/vault.ts"
import { identityOf } from "./storage.ts"

/** One vault per settings, so that what it remembers is remembered once. */
const vaults = new WeakMap<Settings, Promise<Vault>>()

/** The vault that the settings name; undefined when they name none. Loads its SDK at the first call. */
export function vaultOf(settings: Settings): Promise<Vault> | undefined {
  const { KEY_VAULT_URL: url } = settings
  if (!url) return undefined
  const opened = vaults.get(settings) ?? openVault(url, settings)
  vaults.set(settings, opened)
  return opened
}

async function openVault(url: string, settings: Settings): Promise<Vault> {
  const { keyVault } = await import("../adapters/azure/key-vault.ts")
  return keyVault({ url, credential: identityOf(settings) })
}

/** A secret setting as a function that answers its value: the setting itself, or what the vault has under its name. */
export function secretOf(value: string, settings: Settings): (fresh?: boolean) => Promise<string> {
  const name = secretReference(value)
  if (name === undefined) return async () => value
  return async (fresh) => (await vaultOf(settings))?.read(name, fresh) ?? ""
}
