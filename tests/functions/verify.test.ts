import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type CheckResult, type ReleaseRecord, type Report, shipFolder } from "../../shared/app.ts"
import { localStack, sampleFolder, slipway } from "../stack.ts"

let stack: Awaited<ReturnType<typeof localStack>>

beforeAll(async () => {
  stack = await localStack()
  await shipFolder(await sampleFolder(stack.state, "drop"), "v1.0.0.1", stack.settings, () => {})
  await until(async () => (await recordOf("v1.0.0.1"))?.timeline.some(({ event }) => event === "proven"))
})
afterAll(() => stack.close())

/** A call with the function key. */
function call(path: string, headers: { [name: string]: string } = {}): Promise<Response> {
  return fetch(`${stack.url}/api/${path}`, { headers: { "x-functions-key": stack.key, ...headers } })
}

async function recordOf(tag: string): Promise<ReleaseRecord | undefined> {
  const response = await call(`releases/${tag}`)
  return response.ok ? ((await response.json()) as ReleaseRecord) : undefined
}

/** Asks again until the answer is yes; the test's own time limit ends it. */
async function until(look: () => Promise<boolean | undefined>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function verified(query = ""): Promise<{ status: number; report: Report }> {
  const response = await call(`verify${query}`)
  return { status: response.status, report: (await response.json()) as Report }
}

const outcomes = ({ results }: Report) => Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]))

const codes = (results: CheckResult[]) => results.flatMap(({ findings }) => findings.flatMap(({ code }) => code ?? []))

describe("a release", () => {
  it("is proven without anybody asking, and its timeline says so", async () => {
    const record = await recordOf("v1.0.0.1")
    const events = record?.timeline.map(({ event }) => event) ?? []
    expect(events.slice(events.indexOf("complete"))).toEqual(["complete", "on the server", "proven"])
  })
})

describe("GET /api/verify", () => {
  it("runs all checks, and all of them pass", async () => {
    const { status, report } = await verified()
    expect(report.results.filter(({ outcome }) => outcome !== "pass")).toEqual([])
    expect([status, report.good, report.results.length]).toEqual([200, true, 14])
    expect(report).toMatchObject({ product: "Nexy", reason: "request", version: "1.0.0.1", live: { version: "1.0.0.1" } })
  })

  it("runs those that are named, and reads the whole download when asked to", async () => {
    const { status, report } = await verified("?checks=download,health&deep=true")
    expect([status, outcomes(report)]).toEqual([200, { download: "pass", health: "pass" }])
    expect(JSON.stringify(report.results)).toContain("sha256")
  })

  it.each(["?checks=", "?checks=healt", "?checks=health;updates"])("refuses %s and lists what there is", async (query) => {
    const response = await call(`verify${query}`)
    expect([response.status, response.headers.get("content-type")]).toEqual([400, "application/problem+json"])
    expect(await response.json()).toMatchObject({ code: "REQUEST_INVALID", detail: expect.stringContaining("vm-manifest") })
  })
})
