/** What is known of a secret without its value. */
export interface SecretFacts {
  enabled: boolean
  expiresAt?: Date
}

/** Where secrets are kept. Every method throws VAULT_UNREACHABLE, VAULT_FORBIDDEN or AZURE_UNAUTHORIZED. */
export interface Vault {
  /**
   * The secret's value, remembered for 10 minutes unless `fresh`. Throws SECRET_MISSING or SECRET_DISABLED.
   */
  read(name: string, fresh?: boolean): Promise<string>
  /** Looks at a secret; undefined when there is none. */
  describe(name: string, signal: AbortSignal): Promise<SecretFacts | undefined>
}
