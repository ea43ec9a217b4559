/** The right to be the only one at work on a name, for as long as it is held. */
export interface Lease {
  /**
   * Aborts, with a LEASE_LOST Problem as its reason, as soon as the lease may belong to somebody else. Whoever asks for it anew before
   * each step learns it even before the timers of a process that stood still have run.
   */
  readonly signal: AbortSignal
  /** Gives the lease back. Never throws: a lease that cannot be given back expires by itself. */
  release(): Promise<void>
}

export interface Leases {
  /** Takes the lease and keeps renewing it; undefined while somebody else holds it. A dead holder's lease expires within a minute. */
  acquire(name: string): Promise<Lease | undefined>
}
