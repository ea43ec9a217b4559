import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { shipFolder } from "../../shared/app.ts"
import { localStack, sampleFolder } from "../stack.ts"

let stack: Awaited<ReturnType<typeof localStack>>

beforeAll(async () => {
  stack = await localStack()
})
afterAll(() => stack.close())

/** A call with the function key. */
function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${stack.url}/api/${path}`, { ...init, headers: { "x-functions-key": stack.key } })
}

const post = (path: string, body?: string) => call(path, { method: "POST", ...(body !== undefined && { body }) })

async function problemOf(response: Response): Promise<{ status: number; code: string; remedy: string }> {
  expect(response.headers.get("content-type")).toBe("application/problem+json")
  const { status, code, remedy } = (await response.json()) as { status: number; code: string; remedy: string }
  expect(status).toBe(response.status)
  expect(remedy).not.toBe("")
  return { status, code, remedy }
}

/** Every blob of the account with its ETag: what a write would change. */
async function allBlobs(): Promise<string[]> {
  const { BlobServiceClient } = await import("@azure/storage-blob")
  const service = BlobServiceClient.fromConnectionString(stack.settings.AzureWebJobsStorage ?? "")
  const found: string[] = []
  for await (const container of service.listContainers()) {
    for await (const blob of service.getContainerClient(container.name).listBlobsFlat()) {
      found.push(`${container.name}/${blob.name} ${blob.properties.etag}`)
    }
  }
  return found
}

describe("GET /api/health", () => {
  it("answers without a key and says nothing else", async () => {
    const response = await fetch(`${stack.url}/api/health`)
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }])
  })
})

describe("the release routes", () => {
  it.each(["releases", "releases/v1.0.0.1"])("refuse /api/%s without a key, and say nothing", async (path) => {
    const response = await fetch(`${stack.url}/api/${path}`)
    expect([response.status, await response.text()]).toEqual([401, ""])
  })

  it("list nothing while nothing was released", async () => {
    expect(await (await call("releases")).json()).toEqual({ releases: [], strays: [] })
  })

  it.each<[string, () => Promise<Response>, number, string]>([
    ["a tag that nothing is known of", () => call("releases/v9.9.9.9"), 404, "NOT_FOUND"],
    ["a tag that is none", () => call("releases/v01.2.3.4"), 400, "TAG_INVALID"],
    ["a release of a tag that is none", () => post("releases/latest"), 400, "TAG_INVALID"],
    ["a body with an unknown key", () => post("releases/v1.0.0.1", '{"dryrun":true}'), 400, "REQUEST_INVALID"],
  ])("answer %s with a problem", async (_what, asked, status, code) => {
    expect(await problemOf(await asked())).toMatchObject({ status, code })
  })

  it("plan, release and show a batch; a dry run writes nothing", async () => {
    const folder = await sampleFolder(stack.state, "drop")
    // Without events: the batch lies in the inbox, and nobody has looked.
    await shipFolder(folder, "v1.0.0.1", stack.settings, () => {})
    await released("v1.0.0.1")

    const before = await allBlobs()
    const writes = () => stack.github?.calls.filter(({ write }) => write).length
    const writesBefore = writes()
    const dry = await post("releases/v1.0.0.1", '{"dryRun":true}')
    expect(dry.status).toBe(200)
    const plan = (await dry.json()) as { preflight: { name: string; outcome: string }[] }
    expect(plan).toMatchObject({ tag: "v1.0.0.1", steps: [], alreadyPublished: true })
    expect(plan.preflight.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "configuration ok",
      "credentials ok",
      "assets ok",
      "workspace ok",
      "version ok",
      "versions ok",
      "inbox ok",
      "vm-secret ok",
      "vm-manifest ok",
    ])
    expect([await allBlobs(), writes()]).toEqual([before, writesBefore])

    const asked = await post("releases/v1.0.0.1")
    expect(asked.status).toBe(202)
    const location = asked.headers.get("location") ?? ""
    const shown = await fetch(location, { headers: { "x-functions-key": stack.key } })
    expect(await shown.json()).toMatchObject({ tag: "v1.0.0.1", phase: "complete" })
  })
})

/** Waits for the record to say proven: then the run after the release has ended too. */
async function released(tag: string): Promise<void> {
  for (;;) {
    const response = await call(`releases/${tag}`)
    const { phase, timeline = [] } = (await response.json()) as { phase?: string; timeline?: { event: string }[] }
    if (timeline.some(({ event }) => event === "proven")) return
    if (phase === "blocked") throw new Error(`${tag} is blocked`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
