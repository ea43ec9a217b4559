import { inspect } from "node:util"
import { describe, expect, it, onTestFinished } from "vitest"
import { type GithubClient, githubClient } from "../../shared/adapters/github/client.ts"
import { githubReleases } from "../../shared/adapters/github/releases.ts"
import type { GithubAuth } from "../../shared/adapters/github/sign-in.ts"
import { githubWorkspace } from "../../shared/adapters/github/workspace.ts"
import { asProblem } from "../../shared/problem.ts"
import { leaksIn } from "../canaries.ts"
import { newKeys } from "../shared/adapters/github/app-keys.ts"
import { everyWriting, startEcho } from "./echo.ts"

const TOKEN = "ghp_canary/of+the=token0123456789"
const INSTALLATION = "ghs_canaryOfTheInstallation0123456789"
const { privateKey } = newKeys()
const release = {
  id: 1,
  tag: "v1",
  title: "App",
  draft: true,
  immutable: false,
  url: "",
  assets: [],
}

/** A GitHub, or a proxy before it, that answers everything with this status and repeats what it was shown; an App it lets in. */
async function openEcho(status: number, auth: GithubAuth) {
  const echo = await startEcho(({ url = "", method = "" }, response, shown) => {
    const json = (code: number, body: unknown) =>
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body))
    if (url.endsWith("/installation") && "appId" in auth) return json(200, { id: 7 })
    if (url.endsWith("/access_tokens"))
      return json(201, { token: INSTALLATION, expires_at: "2099-01-01T00:00:00Z", permissions: {} })
    const words = `Bad credentials: ${everyWriting(shown)}`
    if (url.endsWith("/graphql") && status === 200) return json(200, { errors: [{ type: method, message: words }] })
    return json(status, { message: words, errors: [{ message: words }, words], documentation_url: words })
  })
  onTestFinished(echo.close)
  const client = await githubClient({ apiUrl: echo.url, auth, retries: 0, fetch, stallMs: 5000 })
  return { ...echo, client }
}

/** What each kind of call throws, with its stack, its causes and everything in them. */
async function thrown(client: GithubClient, url: string): Promise<string[]> {
  const releases = githubReleases(client, "acme/app", { looks: 1, pauseMs: 1 })
  const workspace = githubWorkspace(client, "acme/app", "main")
  const asset = { name: "a.dmg", sizeBytes: 1, contentType: "text/plain" }
  const calls = [
    () => releases.published("v1"),
    () => releases.drafts("v1"),
    () => releases.createDraft({ tag: "v1", title: "App", body: "" }),
    () =>
      releases.upload({ ...release, uploadUrl: `${url}/assets` }, asset, () => ReadableStream.from([Buffer.from("x")])),
    () => workspace.read(["VERSION"]),
    () => workspace.commit({ head: "0".repeat(40), message: "m", files: new Map([["a", "b"]]) }),
  ]
  const texts: string[] = []
  for (const call of calls) {
    const error = await call().then(
      () => undefined,
      (error: unknown) => asProblem(error),
    )
    if (error) texts.push(`${error.stack}\n${JSON.stringify(error.summary())}\n${inspect(error, { depth: 20 })}`)
  }
  return texts
}

describe("what GitHub says of the credentials that it was shown", () => {
  for (const status of [200, 400, 401, 403, 404, 409, 422, 429, 500, 502])
    it(`is told without the token when it answers ${status}`, async () => {
      const { client, url, shown } = await openEcho(status, { token: () => TOKEN })
      const texts = await thrown(client, url)
      expect(texts.length).toBeGreaterThanOrEqual(status === 404 ? 3 : 4)
      expect([...shown]).toEqual([TOKEN])
      expect(leaksIn(texts, [TOKEN])).toEqual([])
    })

  it("is told with all the rest of its words", async () => {
    const { client } = await openEcho(422, { token: () => TOKEN })
    await expect(client.rest("acme/app", "POST /repos/{owner}/{repo}/releases")).rejects.toThrow(
      "POST /repos/acme/app/releases answered 422: Bad credentials: ••• |",
    )
  })

  // Not with 401: for seconds Octokit takes that of a new installation's token for a delay.
  for (const status of [403, 422, 500])
    it(`is told without an App's tokens and key when it answers ${status}`, async () => {
      const { client, url, shown } = await openEcho(status, { appId: "4711", privateKey: () => privateKey })
      const texts = await thrown(client, url)
      expect(texts.length).toBeGreaterThan(4)
      // A JWT for the App itself, and the installation's token.
      expect(shown.size).toBeGreaterThanOrEqual(2)
      const [, keyLine = ""] = privateKey.split("\n")
      expect(leaksIn(texts, [...shown, keyLine])).toEqual([])
    })
})
