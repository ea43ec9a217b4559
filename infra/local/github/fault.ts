/** What can go wrong, on purpose. Unless it says otherwise the request is carried out as usual. */
export type Fault =
  /** The connection breaks before anything is done. */
  | { kind: "refuse-before" }
  /** Everything is done, then the connection breaks: the answer is lost. */
  | { kind: "lose-answer" }
  /** Nothing is done. With `cut` the connection breaks right after the answer, as it does for a refused upload. */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: unknown; cut?: boolean }
  /** An upload is swallowed and fails with 502, leaving an asset that never becomes whole. */
  | { kind: "starter" }
  /** Nothing is read, done or answered, until the other side gives up. */
  | { kind: "hang" }
  /** An upload is read up to that many bytes, then no further. */
  | { kind: "stall"; afterBytes: number }
  /** The answer promises all its bytes, delivers half of them and breaks off. */
  | { kind: "truncate" }
  /** Done and answered that much later, in milliseconds. */
  | { kind: "slow"; delayMs: number }
  /** One bit of the upload arrives differently. */
  | { kind: "corrupt" }
  /** The answer does not know any digest yet. */
  | { kind: "no-digest" }

/** A request about to be carried out. `operation` is GitHub's operation id, or `graphql/<first field>`. */
export interface Attempt {
  /** Counts requests from 0. */
  index: number
  method: string
  path: string
  operation: string
}

/** Chooses what goes wrong with a request. */
export type Intercept = (attempt: Attempt) => Fault | undefined | Promise<Fault | undefined>
