import type { TokenCredential } from "@azure/identity"
import type { KeyVaultSecret, SecretClient } from "@azure/keyvault-secrets"
import type { Vault } from "../../ports/vault.ts"
import { Problem } from "../../problem.ts"
import { type Identity, identity } from "./connect.ts"
import { isLoopback, isPlainLoopback } from "./loopback.ts"
import { vaultProblem } from "./vault-problem.ts"

export interface VaultConnection {
  /** `https://NAME.vault.azure.net`, or a loopback address. */
  url: string
  credential: Identity
  /** Milliseconds, for what is remembered; default: the clock. */
  now?: () => number
  /** How long one call may take, with all its tries. */
  deadlineMs?: number
}

const REMEMBERED_MS = 10 * 60 * 1000

/** Three more tries within two seconds: a short outage is ridden out, a long one is told soon. */
const retryOptions = { maxRetries: 3, retryDelayInMs: 300, maxRetryDelayInMs: 1000 }

interface Remembered {
  value: string
  readAtMs: number
}

/** A key vault. Neither asks nor loads anything until its first call. */
export async function keyVault(connection: VaultConnection): Promise<Vault> {
  const { url, credential, now = Date.now, deadlineMs = 10_000 } = connection
  const known = new Map<string, Remembered>()
  const reading = new Map<string, Promise<string>>()
  let connected: Promise<SecretClient> | undefined

  function client(): Promise<SecretClient> {
    connected ??= connect(url, credential).catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }

  async function ask(name: string, signal?: AbortSignal): Promise<KeyVaultSecret> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), deadlineMs)
    const either = signal ? AbortSignal.any([signal, late.signal]) : late.signal
    try {
      // Some credentials do not listen to their signal.
      return await Promise.race([
        client().then((vault) => vault.getSecret(name, { abortSignal: either })),
        ended(either),
      ])
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (!late.signal.aborted) throw vaultProblem(name, new URL(url).host, error)
      throw new Problem("VAULT_UNREACHABLE", `the vault gives no answer about ${name} within ${deadlineMs / 1000} s`)
    } finally {
      clearTimeout(timer)
    }
  }

  async function load(name: string): Promise<string> {
    const readAtMs = now()
    const { value = "" } = await ask(name)
    known.set(name, { value, readAtMs })
    return value
  }

  return {
    async read(name, fresh = false) {
      const last = known.get(name)
      if (last && !fresh && now() - last.readAtMs < REMEMBERED_MS) return last.value
      const underWay = reading.get(name) ?? load(name).finally(() => reading.delete(name))
      reading.set(name, underWay)
      return underWay
    },
    async describe(name, signal) {
      try {
        const { enabled = true, expiresOn } = (await ask(name, signal)).properties
        return { enabled, ...(expiresOn && { expiresAt: expiresOn }) }
      } catch (error) {
        if (error instanceof Problem && error.code === "SECRET_MISSING") return undefined
        if (error instanceof Problem && error.code === "SECRET_DISABLED") return { enabled: false }
        throw error
      }
    },
  }
}

async function connect(url: string, credential: Identity): Promise<SecretClient> {
  const { SecretClient } = await import("@azure/keyvault-secrets")
  const address = new URL(url)
  const plain = isPlainLoopback(address)
  return new SecretClient(url, plain ? nobody : await identity(credential), {
    retryOptions,
    allowInsecureConnection: plain,
    // A vault's token is good for no other host; an address of this machine lies in no domain that could be compared.
    disableChallengeResourceVerification: isLoopback(address.hostname),
  })
}

/** What a look-alike is shown: our own identity is never sent without encryption. */
const nobody: TokenCredential = {
  getToken: async () => ({ token: "nobody", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    if (signal.aborted) reject(signal.reason)
  })
}
