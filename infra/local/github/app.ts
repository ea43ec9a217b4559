import { createPublicKey, verify } from "node:crypto"
import { Refusal } from "./answer.ts"
import type { Level } from "./state.ts"

/** A GitHub App, installed for every owner there is. */
export interface App {
  id: string
  /** PEM; the private key does as well, its public half is all that is used. */
  publicKey: string
  /** What its installations may do with contents; default `write`. */
  contents?: Level
}

/** Checks an App's JSON Web Token as GitHub does: RS256, its own id, and at most ten minutes of life. Throws 401. */
export function verifyAppToken(app: App | undefined, token: string, now: Date): void {
  const [head = "", claims = "", signature = ""] = token.split(".")
  const undecodable = new Refusal(401, "A JSON web token could not be decoded")
  if (app === undefined || part(head)?.alg !== "RS256") throw undecodable
  const good = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    createPublicKey(app.publicKey),
    Buffer.from(signature, "base64url"),
  )
  const { iss, iat, exp } = part(claims) ?? {}
  if (!good || String(iss) !== app.id) throw undecodable
  const seconds = now.getTime() / 1000
  if (typeof exp !== "number" || exp <= seconds) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (exp > seconds + 600) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
  if (typeof iat !== "number" || iat > seconds) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  }
}

function part(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString()) as Record<string, unknown>
  } catch {
    return undefined
  }
}
