import { Problem, problems } from "../../problem.ts"

/** What Node.js and OpenSSL call it, and how a person would. */
const WORDS: { readonly [code: string]: string } = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke off",
  EPIPE: "the connection broke off",
  ERR_STREAM_PREMATURE_CLOSE: "the connection broke off",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "there is no way to this host",
  ENETUNREACH: "there is no way to this network",
  ENOTFOUND: "nobody knows this name",
  EAI_AGAIN: "the name server does not answer",
}

/** Why a client refuses a certificate. (the codes of X509_verify_cert, and Node.js's own for the name) */
const REFUSALS: { readonly [code: string]: string } = {
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  CERT_REVOKED: "it was revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its chain ends at an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "its chain is incomplete",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its chain is incomplete",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its chain is incomplete",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is made out to another name",
}

/** Why clients refuse a certificate, for people, with the code that Node.js gives it. */
export function refusal(code: string): string {
  const words = REFUSALS[code]
  return words ? `${words} (${code})` : code
}

/**
 * Whatever ended a request: the reason of the signal, a Problem of our own, or ENDPOINT_UNREACHABLE, which names the host and the
 * cause. Never the address: its query may be a signature.
 */
export function fault(error: unknown, url: URL, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof Problem) return error
  const code = codeOf(error)
  const refused = REFUSALS[code]
  if (refused) {
    const message = `${url.host} cannot be reached safely: its certificate is refused, ${refused} (${code})`
    return new Problem("ENDPOINT_UNREACHABLE", message, { cause: error, remedy: problems.CERTIFICATE_INVALID.remedy })
  }
  const words = code.startsWith("HPE_") ? "it does not speak HTTP" : WORDS[code]
  const why = words ? `${words} (${code})` : code
  return new Problem("ENDPOINT_UNREACHABLE", `${url.host} cannot be reached: ${why}`, { cause: error })
}

/** Node.js's code; of several addresses that were tried, the first one's. A message may quote anything and is left out. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  if ("code" in error && typeof error.code === "string") return error.code
  return error.name
}
