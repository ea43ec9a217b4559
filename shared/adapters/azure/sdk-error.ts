/** Whether the SDK could not even make a credential. */
export function isCredential(error: unknown): boolean {
  return /^(CredentialUnavailable|(Aggregate)?Authentication(Required)?)Error$/.test(nameOf(error))
}

/** Whether a status says that the service itself is in trouble. */
export function isOutageStatus(status: number | undefined): boolean {
  return status !== undefined && (status >= 500 || status === 408 || status === 429)
}

/** The code that an error states, when it looks like one: only that may be repeated, all else may quote an answer. */
export function codeIn(code: unknown): string | undefined {
  return typeof code === "string" && /^[A-Za-z][A-Za-z_]{0,59}$/.test(code) ? code : undefined
}

/** The error's class, never its text. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
