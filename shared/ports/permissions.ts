/** What the credentials may do in one repository. */
export interface RepositoryAccess {
  repository: string
  /** False when it is absent or hidden from these credentials: GitHub does not say which. */
  exists: boolean
  private: boolean
  canRead: boolean
  /**
   * From the App's granted permissions, or the role of the token's owner and a classic token's scopes. A fine-grained token may
   * have been given less than its owner; GitHub tells only at the first write.
   */
  canWrite: boolean
  /** Whether releases become immutable; undefined when the setting cannot be read (Administration: read). */
  immutable?: boolean
  /** Of an App or a classic token: permissions (`contents: write`) it needs and lacks, and those it has without need. */
  missing: string[]
  excess: string[]
  /** What it can do without, at a price: `issues: write, for the incident in alerts.issuesIn`. */
  lacking: string[]
}

/** What the credentials are and may do. */
export interface Permissions {
  /** The account's login, or the App's slug. */
  login: string
  /** Requests left in this hour, and when the count starts anew (ISO 8601); absent on servers without limits. */
  rateLimit?: { limit: number; remaining: number; resetsAt: string }
  repositories: RepositoryAccess[]
}
