import { Problem } from "../../problem.ts"
import { codeIn, isCredential, isOutageStatus, nameOf } from "./sdk-error.ts"

/** What the SDK throws. `code` is the vault's own (`SecretNotFound`) or the network's (`ECONNREFUSED`). */
interface Fault extends Error {
  statusCode?: number
  code?: string
  details?: { error?: { code?: string; innerError?: { code?: string } } }
}

/**
 * A failed look at a secret as SECRET_MISSING, SECRET_DISABLED, VAULT_FORBIDDEN, AZURE_UNAUTHORIZED or VAULT_UNREACHABLE. The
 * SDK's own error is left out whole, as a cause too: it quotes what arrived, which may be half of an answer with the secret in it.
 */
export function vaultProblem(name: string, host: string, error: unknown): Problem {
  if (error instanceof Problem) return error
  const { statusCode: status, details, code } = error as Partial<Fault>
  const own = codeIn(details?.error?.code)
  const inner = codeIn(details?.error?.innerError?.code)
  const told = [status, inner ?? own ?? codeIn(code)].filter((part) => part !== undefined).join(" ")

  if (status === 404 && own === "SecretNotFound")
    return new Problem("SECRET_MISSING", `the vault has no secret ${name}`)
  if (status === 403 && inner === "SecretDisabled")
    return new Problem("SECRET_DISABLED", `the secret ${name} is disabled in the vault`)
  if (status === 403)
    return new Problem("VAULT_FORBIDDEN", `the vault refuses to show ${name}: ${told}`, advice(inner, host))
  if (status === 401 || (isCredential(error) && !isOutageStatus(status)))
    return new Problem(
      "AZURE_UNAUTHORIZED",
      `the vault gets no token that it accepts, to read ${name}: ${told || nameOf(error)}`,
    )
  return new Problem("VAULT_UNREACHABLE", `the vault cannot be asked for ${name}: ${told || nameOf(error)}`)
}

/** A role does not help where the network is what the vault does not like. */
function advice(inner: string | undefined, host: string): { remedy: string } {
  if (inner !== "ForbiddenByFirewall" && inner !== "ForbiddenByConnection")
    return {
      remedy: `Give the identity the role Key Vault Secrets User on the vault ${host}; a new role takes some minutes.`,
    }
  return { remedy: `Let the app's network through the firewall of the vault ${host} (Networking in the portal).` }
}
