import { generateKeyPairSync } from "node:crypto"
import { inspect } from "node:util"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import type { Fault } from "../../../../infra/local/github/index.ts"
import { githubReleases } from "../../../../shared/adapters/github/releases.ts"
import { newKeys } from "./app-keys.ts"
import { start } from "./start.ts"

const keys = newKeys()
const otherKeys = newKeys()
const curve = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
})

const FIND = "apps/get-repo-installation"
const MINT = "apps/create-installation-access-token"

describe("a GitHub App", () => {
  let server: Awaited<ReturnType<typeof start>>

  beforeAll(async () => {
    server = await start({ app: { id: "4711", publicKey: keys.publicKey } })
    await server.github.createRepository("acme/open", { files: { a: "a" } })
  })
  afterAll(() => server.close())
  afterEach(() => server.github.setIntercept(undefined))

  const app = (privateKey: (fresh: boolean) => string = () => keys.privateKey) =>
    server.connect({ auth: { appId: "4711", privateKey } })

  /** Has the look-alike answer these requests of its own; `once` only the first of each. */
  function answer(faults: { [operation: string]: [status: number, message: string] }, { once = false } = {}): void {
    const left = new Map(Object.entries(faults))
    server.github.setIntercept(({ operation }): Fault | undefined => {
      const [status, message] = left.get(operation) ?? []
      if (once) left.delete(operation)
      return status === undefined ? undefined : { kind: "status", status, body: { message } }
    })
  }

  const look = "GET /repos/{owner}/{repo}"
  const found = { data: { name: "open" } }

  it("works with one token for all calls of an owner", async () => {
    const before = server.github.calls.length
    const releases = githubReleases(await app(), "acme/open")
    const draft = await releases.createDraft({ tag: "v1.0.0.0", title: "Nexy", body: "New." })
    await releases.upload(draft, { name: "a.dmg", sizeBytes: 3, contentType: "text/plain" }, async function* () {
      yield Buffer.from("abc")
    })
    expect(server.github.releases("acme/open")).toMatchObject([{ assets: [{ name: "a.dmg", state: "uploaded" }] }])
    expect(server.github.calls.slice(before).filter(({ operation }) => operation === MINT)).toHaveLength(1)
  })

  it("rides out a new token that GitHub does not know everywhere yet", async () => {
    answer({ "repos/get": [401, "Bad credentials"] }, { once: true })
    expect(await (await app()).rest("acme/open", look)).toMatchObject(found)
  })

  it.each([
    ["is refused", otherKeys.privateKey],
    ["is cut off", keys.privateKey.slice(0, 900)],
    ["is empty", ""],
  ])("asks for a fresh private key when the remembered one %s", async (_, stale) => {
    const client = await app((fresh) => (fresh ? keys.privateKey : stale))
    expect(await client.rest("acme/open", look)).toMatchObject(found)
  })

  it.each([
    ["is no key", "-----BEGIN RSA PRIVATE KEY-----", /4711 is not a whole PEM file$/],
    ["is cut off", keys.privateKey.slice(0, 900), /4711 is not a whole PEM file$/],
    ["is empty", "", /4711 is not a whole PEM file$/],
    ["is the public half", keys.publicKey, /4711 is not a whole PEM file$/],
    ["is of another kind", curve.privateKey, /4711 is not a whole PEM file$/],
    ["is another App's", otherKeys.privateKey, /of GitHub App 4711: .* answered 401: A JSON web token/],
  ])("is refused with a private key that %s, which is not quoted", async (_, key, message) => {
    const problem = await (await app(() => key)).rest("acme/open", look).catch((error: unknown) => error)
    expect(problem).toMatchObject({ code: "GITHUB_APP_KEY_INVALID", message: expect.stringMatching(message) })
    expect(inspect(problem, { depth: 9 })).not.toMatch(/-----BEGIN|MII/)
  })

  it.each<[string, { [operation: string]: [number, string] }, string, RegExp]>([
    [
      "has another id than GITHUB_APP_ID",
      { [FIND]: [404, "Integration not found"] },
      "GITHUB_APP_KEY_INVALID",
      /App 4711: .*Integration not found/,
    ],
    ["is not installed", { [FIND]: [404, "Not Found"] }, "GITHUB_APP_NOT_INSTALLED", /App 4711 .* acme\/open/],
    [
      "is suspended",
      { [MINT]: [403, "This installation has been suspended"] },
      "GITHUB_APP_SUSPENDED",
      /App 4711 .* acme\/open/,
    ],
    [
      "is suspended by the owner while its token is still good",
      { "repos/get": [403, "Sorry. This installation owned by acme suspended your access at 2026-11-22T10:00:00Z."] },
      "GITHUB_APP_SUSPENDED",
      /App 4711 .* acme\/open/,
    ],
    [
      "is suspended by its maker while its token is still good",
      { "repos/get": [403, "You suspended this installation owned by acme at 2026-11-22T10:00:00Z"] },
      "GITHUB_APP_SUSPENDED",
      /App 4711 .* acme\/open/,
    ],
    [
      "is suspended where its token is used for a query",
      { "graphql/repository": [403, "This GitHub App installation is currently suspended."] },
      "GITHUB_APP_SUSPENDED",
      /App 4711 .* acme\/open/,
    ],
    ["may not", { "repos/get": [403, "Resource not accessible by integration"] }, "GITHUB_FORBIDDEN", /^GET /],
    ["sees no such repository", { "repos/get": [404, "Not Found"] }, "GITHUB_NOT_FOUND", /^GET /],
  ])("that %s is told as such", async (_, faults, code, message) => {
    const client = await app()
    answer(faults)
    const call = faults["graphql/repository"]
      ? client.graphql("acme/open", 'query { repository(owner: "acme", name: "open") { id } }', {})
      : client.rest("acme/open", look)
    await expect(call).rejects.toMatchObject({ code, retryable: false, message: expect.stringMatching(message) })
    server.github.setIntercept(undefined)
    expect(await client.rest("acme/open", look)).toMatchObject(found)
  })

  it.each<[string, { [operation: string]: [number, string] }]>([
    ["uninstalled, and its token with it", { "repos/get": [401, "Bad credentials"], [FIND]: [404, "Not Found"] }],
    ["uninstalled, when it wants its next token", { [MINT]: [404, "Not Found"], [FIND]: [404, "Not Found"] }],
  ])("that was %s while it worked is told as such, and works again afterwards", async (_, faults) => {
    const client = await app()
    // The App's own sign-in, which needs no token of an installation.
    await client.rest("acme/open", "GET /app")
    if (faults["repos/get"]) await client.rest("acme/open", look)
    answer(faults)
    const told = { code: "GITHUB_APP_NOT_INSTALLED", retryable: false }
    await expect(client.rest("acme/open", look)).rejects.toMatchObject(told)
    server.github.setIntercept(undefined)
    expect(await client.rest("acme/open", look)).toMatchObject(found)
  })

  it("finds its new installation when it was uninstalled and installed again", async () => {
    const client = await app()
    await client.rest("acme/open", "GET /app")
    const before = server.github.calls.length
    answer({ [MINT]: [404, "Not Found"] }, { once: true })
    expect(await client.rest("acme/open", look)).toMatchObject(found)
    const asked = server.github.calls.slice(before).map(({ operation }) => operation)
    expect(asked).toEqual([MINT, FIND, MINT, "repos/get"])
  })

  it("is told of the repository where it is not installed, beside one where it is", async () => {
    const client = await app()
    await client.rest("acme/open", look)
    await expect(client.rest("other/repo", look)).rejects.toMatchObject({
      code: "GITHUB_APP_NOT_INSTALLED",
      message: expect.stringMatching(/^GitHub App 4711 is not installed where other\/repo is: /),
    })
  })
})

describe("a token", () => {
  it("is never told of installations", async () => {
    const server = await start()
    await server.github.createRepository("acme/open", { files: { a: "a" } })
    const message = "Sorry. This installation owned by acme suspended your access."
    server.github.setIntercept(() => ({ kind: "status", status: 403, body: { message } }))
    const call = (await server.connect()).rest("acme/open", "GET /repos/{owner}/{repo}")
    await expect(call).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" })
    await server.close()
  })
})
