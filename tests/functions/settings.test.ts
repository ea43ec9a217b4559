import { readFile } from "node:fs/promises"
import { QueueClient } from "@azure/storage-queue"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  type FunctionsHost,
  type HostEvent,
  type LogEntry,
  startFunctionsHost,
} from "../../infra/local/functions-host/host.ts"
import { startStorage } from "../../infra/local/storage/storage.ts"
import { environment } from "../../shared/app.ts"
import { QUEUES } from "../../shared/ports/names.ts"
import { FOREIGN, temporaryFolder } from "../stack.ts"

/** What was told of each fault: the setting, what was found, what is expected. */
const FAULTS: [string, { [name: string]: string }, RegExp][] = [
  ["missing", {}, /GITHUB_TOKEN: found nothing, expected GITHUB_TOKEN, or GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY/],
  [
    "wrong",
    { GITHUB_TOKEN: "token", AZURE_SUBSCRIPTION_ID: "the first one" },
    /AZURE_SUBSCRIPTION_ID: found another value, expected a subscription's id, a GUID/,
  ],
]

describe("the function app", () => {
  const stoppers: (() => Promise<unknown>)[] = []
  const logged: LogEntry[] = []
  let host: FunctionsHost
  let storage = ""
  let settled: (event: HostEvent) => void = () => {}

  beforeAll(async () => {
    for (const name of FOREIGN) delete environment[name]
    const { folder, remove } = await temporaryFolder()
    stoppers.push(remove)
    const started = await startStorage({ directory: folder })
    stoppers.push(started.close)
    storage = started.connectionString
    environment.AzureWebJobsStorage = storage
    host = await startFunctionsHost({
      load: () => import("../../functions/index.ts"),
      storage,
      keys: { functionKey: "key" },
      hostJson: { extensions: { queues: { maxDequeueCount: 1 } } },
      log: (entry) => logged.push(entry),
      observe: (event) => event.kind === "settled" && settled(event),
    })
    stoppers.push(host.close)
  })
  afterAll(async () => {
    for (const stop of stoppers.splice(0).reverse()) await stop()
  })

  it("has the routes that docs/http.md tells, and no others", async () => {
    const text = await readFile("docs/http.md", "utf8")
    const told = [...text.matchAll(/`((?:GET|POST|PUT) \/api\/[^`]+)`/g)].map(([, route]) => route)
    const served = host.functions.flatMap(({ route, methods = [] }) => methods.map((method) => `${method} /${route}`))
    expect(told.filter((route) => route !== "GET /api/reports/latest").toSorted()).toEqual(served.toSorted())
  })

  describe.each(FAULTS)("with an app setting that is %s", (_, settings, told) => {
    beforeAll(() => {
      for (const name of FOREIGN) delete environment[name]
      Object.assign(environment, settings)
    })

    it("the app lives", async () => {
      const health = await fetch(`${host.url}/api/health`)
      expect([health.status, await health.json()]).toEqual([200, { status: "ok" }])
    })

    it("every route but that says what is wrong and what to do", async () => {
      const routes = host.functions.filter(({ trigger, name }) => trigger === "http" && name !== "health")
      expect(routes.length).toBeGreaterThan(7)
      for (const { route = "", methods = [] } of routes) {
        const response = await fetch(`${host.url}/${route.replace("{tag}", "v1.0.0.1").replace("{id}", "latest")}`, {
          method: methods[0] ?? "GET",
          headers: { "x-functions-key": "key" },
        })
        expect(response.headers.get("content-type"), route).toBe("application/problem+json")
        expect(await response.json(), route).toMatchObject({
          status: 500,
          code: "SETTINGS_INVALID",
          detail: expect.stringMatching(told),
          remedy: "Correct the app settings listed, then restart the app.",
        })
      }
    })

    it("every timer says so in the log", async () => {
      const timers = host.functions.filter(({ trigger }) => trigger === "timer")
      expect(timers.length).toBe(4)
      for (const { name } of timers) await expect(host.runTimer(name)).rejects.toThrow(told)
    })

    it.each(Object.values(QUEUES))(
      "a message of the queue %s is laid aside, not lost, and the log says why",
      async (name) => {
        const outcome = new Promise<HostEvent>((resolve) => {
          settled = resolve
        })
        logged.length = 0
        await new QueueClient(storage, name).sendMessage(Buffer.from("{}").toString("base64"))
        expect(await outcome).toMatchObject({ queue: name, outcome: "poisoned" })
        expect(logged.map(({ message }) => message).join("\n")).toMatch(told)
      },
    )
  })
})
