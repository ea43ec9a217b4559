import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { Refusal } from "./answer.ts"
import { type App, verifyAppToken } from "./app.ts"
import type { Level, RepositoryState } from "./state.ts"

/** Who is asking. */
export interface Caller {
  kind: "user" | "app" | "installation" | "anonymous"
  login: string
  level(repository: RepositoryState): Level
}

/** What an installation token carries. */
interface Grant {
  owner: string
  /** Lower-case names; all of the owner's where absent. */
  names?: string[]
  level: Level
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface Access {
  /** Who sent these credentials. Throws 401 for credentials that are not good. */
  identify(authorization: string | undefined): Caller
  issue(grant: Grant): string
}

const anonymous: Caller = { kind: "anonymous", login: "", level: () => "none" }

/** Knows the tokens. Installation tokens are sealed with a secret kept on disk, so that they outlive a restart. */
export function openAccess(options: {
  tokens: Record<string, Level>
  app: App | undefined
  secretPath: string
  now: () => Date
}): Access {
  const { tokens, app, now } = options
  const secret = secretAt(options.secretPath)
  const seal = (text: string) => createHmac("sha256", secret).update(text).digest("base64url")

  const readGrant = (token: string): Grant | undefined => {
    const [, text = "", mac = ""] = /^ghs_([\w-]+)\.([\w-]+)$/.exec(token) ?? []
    const expected = Buffer.from(seal(text))
    if (mac.length !== expected.length || !timingSafeEqual(Buffer.from(mac), expected)) return undefined
    const grant = JSON.parse(Buffer.from(text, "base64url").toString()) as Grant
    return grant.expiresAt > now().getTime() ? grant : undefined
  }

  const identify = (authorization: string | undefined): Caller => {
    if (authorization === undefined) return anonymous
    const token = tokenIn(authorization)
    if (Object.hasOwn(tokens, token)) return { kind: "user", login: "local", level: () => tokens[token] ?? "none" }
    if (token.split(".").length === 3) {
      verifyAppToken(app, token, now())
      return { kind: "app", login: "slipway[bot]", level: () => "none" }
    }
    const grant = readGrant(token)
    if (grant === undefined) throw new Refusal(401, "Bad credentials")
    return { kind: "installation", login: "slipway[bot]", level: (repository) => levelOf(grant, repository) }
  }

  const issue = (grant: Grant) => {
    const text = Buffer.from(JSON.stringify(grant)).toString("base64url")
    return `ghs_${text}.${seal(text)}`
  }
  return { identify, issue }
}

function levelOf(grant: Grant, repository: RepositoryState): Level {
  if (repository.owner.toLowerCase() !== grant.owner.toLowerCase()) return "none"
  const named = grant.names === undefined || grant.names.includes(repository.name.toLowerCase())
  return named ? grant.level : "none"
}

/** `token X`, `Bearer X`, and as git and curl send it: Basic with the token as password, or as the name alone. */
function tokenIn(authorization: string): string {
  const [scheme = "", value = ""] = authorization.split(" ")
  if (scheme.toLowerCase() !== "basic") return value
  const [name = "", password = ""] = Buffer.from(value, "base64").toString().split(":")
  return password || name
}

function secretAt(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(32), { flag: "wx", mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  }
  return readFileSync(path)
}
