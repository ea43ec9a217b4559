import type { Octokit } from "@octokit/rest"
import { Problem } from "../../problem.ts"

/**
 * A token, or a GitHub App whose installation is found by the repository. Each function is asked again, with `fresh`, when
 * GitHub refuses what it gave: it should then look past any cache of its own.
 */
export type GithubAuth =
  | { token: (fresh: boolean) => Promise<string> | string }
  | { appId: string; privateKey: (fresh: boolean) => Promise<string> | string }

/** An Octokit that is signed in. `token` tells a renewed sign-in that would only fail the same way. */
export interface Session {
  octokit: Octokit
  token?: string
}

/** Makes an Octokit with this authentication and the connection's other options. */
type Connect = (options: { auth: unknown; authStrategy?: unknown }) => Octokit

/** One session per token, or per owner for an App; kept until GitHub refuses it. */
export function signIn(auth: GithubAuth, connect: Connect) {
  const sessions = new Map<string, Promise<Session>>()

  function open(repository: string, fresh: boolean): Promise<Session> {
    const key = "token" in auth ? "" : ownerOf(repository)
    const known = fresh ? undefined : sessions.get(key)
    if (known) return known
    const session = "token" in auth ? withToken(auth, connect, fresh) : asApp(auth, connect, repository, fresh)
    sessions.set(key, session)
    // A sign-in that failed is not remembered: the next call tries again.
    session.catch(() => sessions.get(key) === session && sessions.delete(key))
    return session
  }

  return {
    session: (repository: string): Promise<Session> => open(repository, false),
    /** A session to try after a 401, or undefined when the credentials are the very same. */
    async renewed(repository: string, refused: Session | undefined): Promise<Session | undefined> {
      const session = await open(repository, true)
      return session.token !== undefined && session.token === refused?.token ? undefined : session
    },
  }
}

async function withToken(
  auth: Extract<GithubAuth, { token: unknown }>,
  connect: Connect,
  fresh: boolean,
): Promise<Session> {
  const token = (await auth.token(fresh)).trim()
  // `fetch` would quote a malformed header value, and so the secret, in its error.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Problem("GITHUB_UNAUTHORIZED", "GITHUB_TOKEN is empty or holds characters that no token has")
  return { octokit: connect({ auth: token }), token }
}

async function asApp(
  { appId, privateKey }: Extract<GithubAuth, { appId: string }>,
  connect: Connect,
  repository: string,
  fresh: boolean,
): Promise<Session> {
  const { createAppAuth } = await import("@octokit/auth-app")
  const key = await privateKey(fresh)
  const app = await ownSignIn(connect, createAppAuth, { appId, privateKey: key })
  const [owner = "", repo = ""] = repository.split("/")
  const { data: installation } = await app.request("GET /repos/{owner}/{repo}/installation", { owner, repo })
  const auth = { appId, privateKey: key, installationId: installation.id }
  return { octokit: connect({ authStrategy: createAppAuth, auth }) }
}

/** The App itself. What its library throws is left out whole: it may quote the key. */
async function ownSignIn(connect: Connect, authStrategy: unknown, auth: { appId: string; privateKey: string }) {
  try {
    const app = connect({ authStrategy, auth })
    await app.auth({ type: "app" })
    return app
  } catch {
    const message = `the private key of GitHub App ${auth.appId} is not a whole PEM file`
    throw new Problem("GITHUB_APP_KEY_INVALID", message)
  }
}

function ownerOf(repository: string): string {
  return repository.split("/")[0]?.toLowerCase() ?? ""
}
