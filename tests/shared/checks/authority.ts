import { generate } from "selfsigned"

const DAY_MS = 24 * 60 * 60 * 1000

/** An authority of the tests. Servers have their certificates from it; clients trust it when they are given `cert`. */
export interface Authority {
  cert: string
  key: string
}

/** A certificate with its key, in PEM. */
export type Tls = Authority

/** What a certificate claims: for how many days it is good, and for whom. */
export interface Claims {
  fromDays?: number
  untilDays?: number
  /** A name in place of this machine. */
  name?: string
}

/** Makes one, with a key of its own. */
export async function makeAuthority(): Promise<Authority> {
  const { cert, private: key } = await generate([{ name: "commonName", value: "Test Authority" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
    notBeforeDate: new Date(Date.now() - 1000 * DAY_MS),
    notAfterDate: new Date(Date.now() + 1000 * DAY_MS),
  })
  return { cert, key }
}

/** A certificate for this machine. Node.js judges it by the real clock, so days are counted from now. */
export async function makeCertificate(ca: Authority | undefined, claims: Claims = {}): Promise<Tls> {
  const { fromDays = -1, untilDays = 60, name } = claims
  const { cert, private: key } = await generate([{ name: "commonName", value: name ?? "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      {
        name: "subjectAltName",
        altNames: name
          ? [{ type: 2, value: name }]
          : [
              { type: 2, value: "localhost" },
              { type: 7, ip: "127.0.0.1" },
            ],
      },
    ],
    notBeforeDate: new Date(Date.now() + fromDays * DAY_MS),
    // An hour more than whole days: the test takes a moment.
    notAfterDate: new Date(Date.now() + untilDays * DAY_MS + DAY_MS / 24),
    ...(ca && { ca: { cert: ca.cert, key: ca.key } }),
  })
  return { cert, key }
}
