import { generateKeyPairSync } from "node:crypto"
import { createAppAuth } from "@octokit/auth-app"
import { Octokit } from "@octokit/rest"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type LookAlike, startLookAlike } from "./look-alike.ts"

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
const otherPem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString()

describe("access to the GitHub look-alike", () => {
  let hub: LookAlike
  beforeEach(async () => {
    hub = await startLookAlike({
      tokens: { "local-token": "write", reader: "read", stranger: "none" },
      app: { id: "7", publicKey: pem },
    })
    await hub.github.createRepository("acme/secret", { files: { VERSION: "1\n" }, private: true })
  })
  afterEach(() => hub.close())

  const anonymous = ""
  it.each([
    [
      "reads",
      "public",
      "GET",
      "/repos/acme/app",
      { "local-token": 200, reader: 200, stranger: 200, [anonymous]: 200, wrong: 401 },
    ],
    [
      "reads",
      "private",
      "GET",
      "/repos/acme/secret",
      { "local-token": 200, reader: 200, stranger: 404, [anonymous]: 404, wrong: 401 },
    ],
    [
      "writes",
      "public",
      "POST",
      "/repos/acme/app/releases",
      { "local-token": 201, reader: 403, stranger: 403, [anonymous]: 401, wrong: 401 },
    ],
    [
      "writes",
      "private",
      "POST",
      "/repos/acme/secret/releases",
      { "local-token": 201, reader: 403, stranger: 404, [anonymous]: 404, wrong: 401 },
    ],
  ])("%s the %s repository as the token allows", async (_, __, method, path, expected) => {
    for (const [token, status] of Object.entries(expected)) {
      const body = method === "POST" ? { tag_name: "v1", draft: true } : undefined
      expect([token, (await hub.api(method, path, body, token)).status]).toEqual([token, status])
    }
  })

  it("says what the caller may do, and who it is", async () => {
    const permissions = async (token: string) =>
      (await hub.api("GET", "/repos/acme/app", undefined, token)).json.permissions
    expect(await permissions("local-token")).toMatchObject({ push: true, pull: true })
    expect(await permissions("reader")).toMatchObject({ push: false, pull: true })
    expect((await hub.api("GET", "/user")).json.login).toBe("local")
    expect((await hub.api("GET", "/user", undefined, anonymous)).status).toBe(401)
  })

  it("shows private releases and files to nobody without credentials", async () => {
    await hub.api("POST", "/repos/acme/secret/releases", { tag_name: "v1" })
    const status = async (path: string) => (await hub.api("GET", path, undefined, anonymous)).status
    expect(await status("/acme/secret/releases/tag/v1")).toBe(404)
    expect(await status("/repos/acme/secret/releases/tags/v1")).toBe(404)
    expect(await status("/acme/app")).toBe(200)
  })

  const auth = (key: string, appId = "7") =>
    createAppAuth({ appId, privateKey: key, request: new Octokit({ baseUrl: hub.github.url }).request })

  it("gives an App a token for its installation, for an hour, that survives a restart", async () => {
    const { token: jwt } = await auth(pem)({ type: "app" })
    const installation = await hub.api("GET", "/repos/acme/secret/installation", undefined, jwt)
    expect(installation.json).toMatchObject({ app_id: 7, account: { login: "acme" } })
    const { token } = await auth(pem)({ type: "installation", installationId: installation.json.id })
    expect((await hub.api("GET", "/repos/acme/secret", undefined, token)).json.permissions.push).toBe(true)
    await hub.github.close()
    const later = (minutes: number) => () => new Date(Date.now() + minutes * 60_000)
    const soon = await startLookAlike({ directory: hub.directory, now: later(50) })
    expect((await soon.api("GET", "/repos/acme/secret", undefined, token)).status).toBe(200)
    await soon.close()
    const late = await startLookAlike({ directory: hub.directory, now: later(61) })
    expect((await late.api("GET", "/repos/acme/secret", undefined, token)).status).toBe(401)
    await late.close()
  })

  it("limits an installation's token to the repositories asked for", async () => {
    const { token: jwt } = await auth(pem)({ type: "app" })
    const { id } = (await hub.api("GET", "/repos/acme/app/installation", undefined, jwt)).json
    const tokens = `/app/installations/${id}/access_tokens`
    const made = await hub.api("POST", tokens, { repositories: ["app"] }, jwt)
    expect(made.json).toMatchObject({ repository_selection: "selected", repositories: [{ full_name: "acme/app" }] })
    expect((await hub.api("GET", "/repos/acme/secret", undefined, made.json.token)).status).toBe(404)
    expect((await hub.api("POST", tokens, { repositories: ["nothing"] }, jwt)).status).toBe(422)
    const reading = await hub.api("POST", tokens, { permissions: { contents: "read" } }, jwt)
    const refused = await hub.api("POST", "/repos/acme/app/releases", { tag_name: "v1" }, reading.json.token)
    expect(refused).toMatchObject({ status: 403, json: { message: "Resource not accessible by integration" } })
  })

  it.each([
    ["another key", otherPem, "7"],
    ["another App", pem, "8"],
  ])("refuses the JSON Web Token of %s", async (_, key, id) => {
    const { token } = await auth(key, id)({ type: "app" })
    expect((await hub.api("GET", "/repos/acme/app/installation", undefined, token)).status).toBe(401)
  })
})
