import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { type GithubAccess, githubClient } from "../../../../shared/adapters/github/client.ts"
import { oddServer } from "./odd-server.ts"

const token = "ghp_secret123"

function connect(apiUrl: string, access: Partial<GithubAccess> = {}) {
  return githubClient({ apiUrl, auth: { token: () => token }, retryDelayMs: 1, timeoutMs: 2000, ...access })
}

/** Answers everything alike and counts. */
async function always(status: number, headers: Record<string, string> = {}, body: unknown = { message: "No." }) {
  const seen: string[] = []
  const url = await oddServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.writeHead(status, { "content-type": "application/json", ...headers })
    response.end(typeof body === "string" ? body : JSON.stringify(body))
  })
  return { url, seen }
}

const soon = new Date("2026-11-03T10:00:00Z")
const date = { date: soon.toUTCString() }
const reset = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(soon.getTime() / 1000 + 90), ...date }
const secondary = { message: "You have exceeded a secondary rate limit. Please wait." }

describe("github client", () => {
  it.each([
    ["401", 401, {}, undefined, "GITHUB_UNAUTHORIZED", undefined],
    ["403", 403, {}, undefined, "GITHUB_FORBIDDEN", undefined],
    ["403 with requests left", 403, { "x-ratelimit-remaining": "12" }, undefined, "GITHUB_FORBIDDEN", undefined],
    ["403 with none left", 403, reset, undefined, "GITHUB_RATE_LIMITED", 90],
    ["403 with Retry-After", 403, { "retry-after": "17" }, undefined, "GITHUB_RATE_LIMITED", 17],
    ["403 of a secondary limit", 403, {}, secondary, "GITHUB_RATE_LIMITED", 60],
    ["429 with Retry-After", 429, { "retry-after": "5", ...reset }, undefined, "GITHUB_RATE_LIMITED", 5],
    ["429 without", 429, {}, undefined, "GITHUB_RATE_LIMITED", 60],
    ["404", 404, {}, undefined, "GITHUB_NOT_FOUND", undefined],
    ["409", 409, {}, undefined, "GITHUB_REFUSED", undefined],
    ["422", 422, {}, undefined, "GITHUB_REFUSED", undefined],
    ["500", 500, {}, undefined, "GITHUB_FAILED", undefined],
    ["503 with Retry-After", 503, { "retry-after": "3" }, undefined, "GITHUB_FAILED", undefined],
  ])("turns %s into a code", async (_, status, headers, body, code, retryAfterSeconds) => {
    const { url } = await always(status, headers as Record<string, string>, body)
    const client = await connect(url)
    const call = client.rest("o/r", "GET /repos/{owner}/{repo}")
    await expect(call).rejects.toMatchObject({ code, retryAfterSeconds })
  })

  it("measures a limit without a Date against its own clock", async () => {
    const url = await oddServer((_, response) => {
      response.sendDate = false
      response.writeHead(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1090" }).end()
    })
    const client = await connect(url, { now: () => 1_000_000 })
    await expect(client.rest("o/r", "GET /x")).rejects.toMatchObject({ retryAfterSeconds: 90 })
  })

  it("names the call, the status and GitHub's words, never the token", async () => {
    const errors = [{ resource: "Release", code: "already_exists", field: "tag_name" }, { message: "and more" }]
    const { url } = await always(422, {}, { message: "Validation Failed", errors })
    const call = (await connect(url)).rest("o/r", "POST /repos/{owner}/{repo}/releases", { tag_name: "v1" })
    const problem = await call.catch((error: Error) => error)
    expect((problem as Error).message).toBe(
      "POST /repos/o/r/releases answered 422: Validation Failed; Release tag_name already_exists; and more",
    )
    expect(inspect(problem, { depth: 10 })).not.toContain(token)
  })

  it("keeps a proxy's page out of the message", async () => {
    const { url } = await always(502, { "content-type": "text/html" }, "<html>Unicorn!</html>")
    await expect((await connect(url)).rest("o/r", "GET /x")).rejects.toThrow(/^GET \/x answered 502$/)
  })

  it.each([500, 502, 503])("tries a read again after %i", async (status) => {
    let calls = 0
    const url = await oddServer((_, response) => {
      calls++
      response.writeHead(calls < 3 ? status : 200, { "content-type": "application/json" }).end('{"id":1}')
    })
    expect(await (await connect(url)).rest("o/r", "GET /x")).toMatchObject({ data: { id: 1 } })
  })

  it.each([401, 403, 404, 409, 422, 429])("asks only once after %i", async (status) => {
    const { url, seen } = await always(status)
    await expect((await connect(url)).rest("o/r", "GET /x")).rejects.toThrow()
    expect(seen).toHaveLength(1)
  })

  it("never repeats a write", async () => {
    const { url, seen } = await always(500)
    const client = await connect(url)
    await expect(client.rest("o/r", "POST /x")).rejects.toMatchObject({ code: "GITHUB_FAILED" })
    await expect(client.graphql("o/r", "mutation { x }", {})).rejects.toMatchObject({ code: "GITHUB_FAILED" })
    expect(seen).toEqual(["POST /x", "POST /graphql"])
  })

  it("tells a missing permission from a missing repository", async () => {
    const url = await oddServer((request, response) => {
      const found = request.method === "GET" && request.url === "/repos/o/visible"
      response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end('{"message":"Not Found"}')
    })
    const client = await connect(url)
    const write = (repository: string) => client.rest(repository, "POST /repos/{owner}/{repo}/releases")
    await expect(write("o/visible")).rejects.toMatchObject({ code: "GITHUB_FORBIDDEN" })
    await expect(write("o/absent")).rejects.toMatchObject({ code: "GITHUB_NOT_FOUND" })
  })

  it("cannot reach a server that is not there", async () => {
    const client = await connect("http://127.0.0.1:1")
    const call = client.rest("o/r", "GET /x")
    await expect(call).rejects.toMatchObject({ code: "GITHUB_UNREACHABLE", message: expect.stringMatching(/GET \/x/) })
  })

  it.each([
    ["before the answer", false],
    ["in the middle of it", true],
  ])("gives up on a server that hangs %s", async (_, begins) => {
    const url = await oddServer((_, response) => {
      if (begins) response.writeHead(200, { "content-type": "application/json", "content-length": 99 }).write('{"id"')
    })
    const client = await connect(url, { timeoutMs: 100 })
    await expect(client.rest("o/r", "GET /x")).rejects.toMatchObject({ code: "GITHUB_UNREACHABLE" })
    await expect(client.graphql("o/r", "query { x }", {})).rejects.toMatchObject({ code: "GITHUB_UNREACHABLE" })
  })

  it.each([
    ["RATE_LIMITED", "API rate limit exceeded", "GITHUB_RATE_LIMITED"],
    ["FORBIDDEN", "Resource not accessible by integration", "GITHUB_FORBIDDEN"],
    ["INSUFFICIENT_SCOPES", "Your token has not been granted the required scopes", "GITHUB_FORBIDDEN"],
    [undefined, "Something went wrong while executing your query.", "GITHUB_FAILED"],
  ])("turns the GraphQL error %s into a code", async (type, message, code) => {
    const { url } = await always(200, {}, { data: null, errors: [{ type, message }] })
    await expect((await connect(url)).graphql("o/r", "query { x }", {})).rejects.toMatchObject({ code })
  })

  it("keeps the data beside GraphQL errors that the caller has to judge", async () => {
    const errors = [{ type: "NOT_FOUND", path: ["a"], message: "Could not resolve" }]
    const { url } = await always(200, {}, { data: { a: null, b: 1 }, errors })
    expect(await (await connect(url)).graphql("o/r", "query { a b }", {})).toEqual({
      data: { a: null, b: 1 },
      faults: errors,
    })
  })

  it("asks once more with a fresh token when the old one is refused", async () => {
    const url = await oddServer((request, response) => {
      const good = request.headers.authorization === "token fresh"
      response.writeHead(good ? 200 : 401, { "content-type": "application/json" }).end("{}")
    })
    const asked: boolean[] = []
    const token = (fresh: boolean) => {
      asked.push(fresh)
      return fresh ? "fresh\n" : "stale"
    }
    const client = await connect(url, { auth: { token } })
    await client.rest("o/r", "GET /x")
    await client.rest("o/r", "GET /x")
    expect(asked).toEqual([false, true])
  })

  it("takes a token that no header can carry for a refused one, and does not quote it", async () => {
    const client = await connect("http://127.0.0.1:1", { auth: { token: () => "ghp_a\nghp_b" } })
    const call = client.rest("o/r", "GET /x")
    await expect(call).rejects.toMatchObject({
      code: "GITHUB_UNAUTHORIZED",
      message: expect.not.stringMatching(/ghp_/),
    })
  })

  it.each([
    ["https://api.github.com", "https://github.com"],
    ["https://api.acme.ghe.com/", "https://acme.ghe.com"],
    ["https://git.acme.com/api/v3", "https://git.acme.com"],
    ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
  ])("finds the site of %s", async (apiUrl, webUrl) => {
    expect((await connect(apiUrl)).webUrl).toBe(webUrl)
  })

  it("asks GraphQL where GitHub Enterprise Server has it", async () => {
    const { url, seen } = await always(200, {}, { data: { x: 1 } })
    await (await connect(`${url}/api/v3`)).graphql("o/r", "query { x }", {})
    expect(seen).toEqual(["POST /api/graphql"])
  })
})
