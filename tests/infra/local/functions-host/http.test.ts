import { request } from "node:http"
import { app, HttpResponse } from "@azure/functions"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  type FunctionsHost,
  forgetRegistrations,
  type HostOptions,
  type LogEntry,
  startFunctionsHost,
} from "../../../../infra/local/functions-host/host.ts"

let host: FunctionsHost | undefined
let logged: LogEntry[]

beforeEach(() => {
  forgetRegistrations()
  logged = []
})
afterEach(async () => {
  await host?.close()
  host = undefined
})

async function start(register: () => void, options: Partial<HostOptions> = {}): Promise<FunctionsHost> {
  host = await startFunctionsHost({ load: async () => register(), log: (entry) => logged.push(entry), ...options })
  return host
}

describe("HTTP functions", () => {
  it("receive the method, the parameters, the query, the headers and the body", async () => {
    const { url } = await start(() =>
      app.http("echo", {
        route: "releases/{tag}",
        methods: ["POST"],
        authLevel: "anonymous",
        handler: async (request) => ({
          status: 202,
          headers: { location: `/api/releases/${request.params.tag}` },
          jsonBody: {
            method: request.method,
            url: request.url,
            params: request.params,
            query: Object.fromEntries(request.query),
            header: request.headers.get("x-test"),
            body: await request.json(),
          },
        }),
      }),
    )
    const response = await fetch(`${url}/api/releases/v1.2.3.4?dry=yes&a=1&a=2`, {
      method: "POST",
      headers: { "x-test": "present" },
      body: JSON.stringify({ dryRun: true }),
    })
    expect(response.status).toBe(202)
    expect(response.headers.get("location")).toBe("/api/releases/v1.2.3.4")
    expect(response.headers.get("content-type")).toBe("application/json")
    expect(await response.json()).toEqual({
      method: "POST",
      url: `${url}/api/releases/v1.2.3.4?dry=yes&a=1&a=2`,
      params: { tag: "v1.2.3.4" },
      query: { dry: "yes", a: "1,2" },
      header: "present",
      body: { dryRun: true },
    })
  })

  it("answer with a problem, a stream, an HttpResponse, cookies, or nothing", async () => {
    const problem = { title: "No such tag", status: 404, code: "NOT_FOUND" }
    const { url } = await start(() => {
      const authLevel = "anonymous"
      const headers = { "content-type": "application/problem+json" }
      app.get("problem", { authLevel, handler: () => ({ status: 404, headers, body: JSON.stringify(problem) }) })
      app.get("stream", { authLevel, handler: () => ({ body: new Blob(["in ", "pieces"]).stream() as never }) })
      app.get("response", { authLevel, handler: () => new HttpResponse({ status: 201, body: "made" }) })
      const cookies = [{ name: "a", value: "b c", path: "/", httpOnly: true, sameSite: "Lax" as const }]
      app.get("cookie", { authLevel, handler: () => ({ cookies }) })
      app.get("nothing", { authLevel, handler: () => undefined as never })
    })
    const answered = await fetch(`${url}/api/problem`)
    expect(answered.status).toBe(404)
    expect(answered.headers.get("content-type")).toBe("application/problem+json")
    expect(await answered.json()).toEqual(problem)
    expect(await (await fetch(`${url}/api/stream`)).text()).toBe("in pieces")
    expect((await fetch(`${url}/api/response`)).status).toBe(201)
    const cookie = (await fetch(`${url}/api/cookie`)).headers.getSetCookie()
    expect(cookie).toEqual(["a=b%20c; Path=/; HttpOnly; SameSite=Lax"])
    expect((await fetch(`${url}/api/nothing`)).status).toBe(204)
  })

  it("ask for the key unless they are anonymous", async () => {
    const { url } = await start(
      () => {
        app.get("health", { authLevel: "anonymous", handler: () => ({ body: "alive" }) })
        app.get("verify", { authLevel: "function", handler: () => ({ body: "verified" }) })
      },
      { keys: { functionKey: "sesame" } },
    )
    expect((await fetch(`${url}/api/health`)).status).toBe(200)
    const refused = await fetch(`${url}/api/verify`)
    expect([refused.status, await refused.text()]).toEqual([401, ""])
    expect((await fetch(`${url}/api/verify?code=wrong`)).status).toBe(401)
    expect((await fetch(`${url}/api/verify?code=sesame`)).status).toBe(200)
    expect((await fetch(`${url}/api/verify`, { headers: { "x-functions-key": "sesame" } })).status).toBe(200)
  })

  it("are not found under another path, by another method, or without the prefix of host.json", async () => {
    const { url, functions } = await start(
      () =>
        app.http("health", { methods: ["GET", "HEAD"], authLevel: "anonymous", handler: () => ({ body: "alive" }) }),
      { hostJson: { extensions: { http: { routePrefix: "desk" } } } },
    )
    expect(functions).toEqual([{ name: "health", trigger: "http", route: "desk/health", methods: ["GET", "HEAD"] }])
    expect(await (await fetch(`${url}/desk/health`)).text()).toBe("alive")
    const head = await fetch(`${url}/desk/health`, { method: "HEAD" })
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "5", ""])
    expect((await fetch(`${url}/api/health`)).status).toBe(404)
    expect((await fetch(`${url}/desk/health`, { method: "POST" })).status).toBe(404)
  })

  it("fail with an empty 500, and with the reason in the log", async () => {
    const { url } = await start(() =>
      app.get("broken", {
        authLevel: "anonymous",
        handler: (_request, context) => {
          context.warn("about to fail", { code: 7 })
          throw new Error("the tape is torn")
        },
      }),
    )
    const response = await fetch(`${url}/api/broken`)
    expect([response.status, await response.text()]).toEqual([500, ""])
    expect(logged).toContainEqual(
      expect.objectContaining({ level: "warning", message: "about to fail { code: 7 }", functionName: "broken" }),
    )
    const failure = logged.find((entry) => entry.level === "error")
    expect(failure).toMatchObject({ functionName: "broken", message: expect.stringContaining("the tape is torn") })
  })

  it("refuse a body above 100 MB before reading it", async () => {
    let invoked = false
    const { url } = await start(() =>
      app.post("upload", {
        authLevel: "anonymous",
        handler: () => {
          invoked = true
          return {}
        },
      }),
    )
    const status = await new Promise((resolve, reject) => {
      const headers = { "content-length": 100 * 1024 * 1024 + 1 }
      const upload = request(`${url}/api/upload`, { method: "POST", headers }, (response) =>
        resolve(response.statusCode),
      )
      upload.on("error", reject)
      upload.flushHeaders()
    })
    expect(status).toBe(413)
    expect(invoked).toBe(false)
  })

  it("are waited for when the host closes", async () => {
    const entered = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const { url, close } = await start(() =>
      app.get("slow", {
        authLevel: "anonymous",
        handler: async () => {
          entered.resolve()
          await released.promise
          return { body: "done" }
        },
      }),
    )
    const answer = fetch(`${url}/api/slow`)
    await entered.promise
    const closed = close()
    released.resolve()
    const response = await answer
    expect(await response.text()).toBe("done")
    // A connection kept alive would hold the host up.
    expect(response.headers.get("connection")).toBe("close")
    await closed
  })

  it("are not waited for for ever", async () => {
    const entered = Promise.withResolvers<void>()
    const { url, close } = await start(
      () =>
        app.get("endless", {
          authLevel: "anonymous",
          handler: () => {
            entered.resolve()
            return new Promise<never>(() => undefined)
          },
        }),
      { closeTimeoutMs: 50 },
    )
    const answer = fetch(`${url}/api/endless`).then(
      (response) => response.status,
      () => "cut off",
    )
    await entered.promise
    await close()
    expect(await answer).toBeOneOf([500, "cut off"])
    await expect(fetch(`${url}/api/endless`)).rejects.toThrow()
  })
})

describe("the functions host", () => {
  it("serves an entry file whose module was loaded by a host before", async () => {
    const load = () => import("./entries/hello.ts")
    forgetRegistrations()
    const first = await startFunctionsHost({ load })
    await first.close()
    host = await startFunctionsHost({ load, log: (entry) => logged.push(entry) })
    expect(await (await fetch(`${host.url}/api/hello/again`)).json()).toEqual({ greeting: "hello, again" })
    expect(logged).toContainEqual(expect.objectContaining({ level: "information", message: "greeting again" }))
  })

  it("says so when nothing was registered", async () => {
    await expect(startFunctionsHost({ load: async () => undefined })).rejects.toMatchObject({ code: "INTERNAL" })
  })

  it("passes on what an entry file throws", async () => {
    const load = () => Promise.reject(new Error("half a file"))
    await expect(startFunctionsHost({ load })).rejects.toThrow("half a file")
  })

  it("names a setting that is missing", async () => {
    const register = () => app.timer("tick", { schedule: "%SCHEDULE%", handler: () => undefined })
    await expect(start(register)).rejects.toMatchObject({
      code: "SETTINGS_INVALID",
      message: expect.stringContaining("%SCHEDULE%"),
    })
  })
})
