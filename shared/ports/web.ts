/** A whole answer to a GET. */
export interface WebAnswer {
  status: number
  /** Where the answer came from, after every redirect. */
  url: string
  /** By lower-case name. */
  headers: { readonly [name: string]: string }
  /** The body as UTF-8, a byte-order mark included. */
  text: string
}

/** A download that has begun: its head is here, its bytes come when they are asked for. */
export interface Download {
  status: number
  url: string
  /** What the server promises; undefined when it does not say. */
  sizeBytes: number | undefined
  /** The body in chunks. Throws ENDPOINT_UNREACHABLE when it ends early. */
  bytes(): AsyncIterable<Uint8Array>
  /** Lets go of the connection, whatever is left. Needed unless `bytes` was read to its end. */
  close(): void
}

export interface Certificate {
  validFrom: Date
  validTo: Date
  /** Why clients refuse it; undefined when they accept it. */
  refusedBecause?: string
}

/**
 * The outside, seen as a client sees it: without credentials. Redirects are followed, five at most, never from https to http and
 * never from a public address to a private one. Every method throws ENDPOINT_UNREACHABLE, REDIRECT_REFUSED, or the reason of
 * the signal.
 */
export interface Web {
  /** Reads one small answer, whatever its status. Throws ANSWER_TOO_LARGE beyond `maxBytes`, without reading on. */
  read(url: string, options: { maxBytes: number; signal: AbortSignal }): Promise<WebAnswer>
  /** Begins a download. */
  download(url: string, signal: AbortSignal): Promise<Download>
  /** The certificate that the server of an https address shows, also one that clients refuse. */
  certificate(url: string, signal: AbortSignal): Promise<Certificate>
}
