import { appendFile, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { BlobServiceClient } from "@azure/storage-blob"
import { QueueServiceClient } from "@azure/storage-queue"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Fault } from "../../infra/local/github/index.ts"
import { environment, shipFolder } from "../../shared/app.ts"
import { leaksIn } from "../canaries.ts"
import { localStack, sampleFolder, slipway, temporaryFolder } from "../stack.ts"
import { texts } from "../tree.ts"
import { everyWriting } from "./echo.ts"

const WORKSPACE = "Seregawpn/Nexy"
const ASSETS = "Seregawpn/Nexy_production"
/** Secrets that are nobody's but the VM's, and one that is in a setting of the machine. */
const ON_THE_VM = ["AIzaCanaryOfTheVm0123456789", "postgres://canary:ofTheDatabase@db/x"] as const
const OF_THE_PROXY = "canaryOfTheProxy0123456789"

let stack: Awaited<ReturnType<typeof localStack>>
let temporary: Awaited<ReturnType<typeof temporaryFolder>>
/** What each part was given and must not tell. */
let canaries: Record<string, string>
/** All that a person or a machine could have read, by where it was. */
const read = new Map<string, string[]>()

beforeAll(async () => {
  stack = await localStack()
  temporary = await temporaryFolder()
  await mkdir(join(temporary.folder, "tmp"))
  environment.SLIPWAY_CANARY = OF_THE_PROXY
  const { root = "", sink } = stack.outside ?? {}
  const [key, database] = ON_THE_VM
  const envFile = Object.keys(await texts(root)).find((path) => path.endsWith("config.env")) ?? ""
  await appendFile(join(root, envFile), `GEMINI_API_KEY=${key}\nexport DATABASE_URL="${database}"\n`)
  const { AzureWebJobsStorage = "", GITHUB_TOKEN = "" } = stack.settings
  canaries = {
    "GitHub's token": GITHUB_TOKEN,
    "the storage's key": /AccountKey=([^;]+)/.exec(AzureWebJobsStorage)?.[1] ?? "",
    "the webhook's address": sink?.url ?? "",
    "the app's key": stack.key,
    "the VM's secret": "local-secret",
    "the VM's key": key,
    "the VM's database": database,
    "a setting of the machine": OF_THE_PROXY,
  }
})
afterAll(async () => {
  delete environment.SLIPWAY_CANARY
  await stack.close()
  await temporary.remove()
})

function note(where: string, ...said: string[]): void {
  read.set(where, [...(read.get(where) ?? []), ...said])
}

async function call(path: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(`${stack.url}/api/${path}`, { ...init, headers: { "x-functions-key": stack.key } })
  note("answers", JSON.stringify([...response.headers]), await response.text())
}

async function run(...args: string[]): Promise<void> {
  const TMPDIR = join(temporary.folder, "tmp")
  const state = args[0] === "publish" ? join(temporary.folder, "publish") : stack.state
  const { code, stdout, stderr } = await slipway([...args, "--state", state], { ...stack.settings, TMPDIR })
  note("terminal", `${code}`, stdout, stderr)
}

const REPORTS = ["latest.html", "latest.json", "latest.md"].map((name) => `reports/${name}`)

/** A look at everything that can be looked at. */
async function lookAround(): Promise<void> {
  await stack.runTimer("inbox-sweep").catch((error: unknown) => note("exceptions", String(error)))
  for (const path of [
    "verify",
    "verify",
    ...REPORTS,
    "badge.svg",
    "metrics",
    "releases",
    "releases/v1.0.0.1",
    "health",
  ])
    await call(path)
}

/** GitHub, or a proxy before it, refuses everything and repeats what it was sent. */
function echo(status: number): Fault {
  const message = `Bad credentials: ${everyWriting(canaries["GitHub's token"] ?? "")}`
  return { kind: "status", status, headers: { "set-cookie": message, "www-authenticate": message }, body: { message } }
}

describe("a full run", () => {
  it("goes well, and by its commands", async () => {
    const folder = await sampleFolder(temporary.folder, "ship")
    await run("ship", folder)
    await lookAround()
    await run("publish", folder, "--dry-run", "--json")
    for (const command of ["doctor", "status", "verify"]) await run(command)
    await run("version", "1.0.0.2", "--dry-run")
  }, 60_000)

  for (const status of [401, 403, 404, 422, 500])
    it(`meets a GitHub that answers ${status} and repeats what it was sent`, async () => {
      stack.github?.setIntercept(() => echo(status))
      await call("releases/v1.0.0.1", { method: "POST" })
      await lookAround()
      if (status === 401) for (const command of ["doctor", "status", "verify"]) await run(command, "--json")
      if (status === 422) await run("publish", join(temporary.folder, "ship"))
      stack.github?.setIntercept(undefined)
    }, 60_000)

  it("meets an update server that lies, and a chat that takes no message, and tells of it", async () => {
    const { updateServer, sink } = stack.outside ?? {}
    for (const lie of ["bad-gateway", "entity-bomb", "old-url", "manifest-truncated"]) {
      await updateServer?.lie(lie)
      if (lie === "old-url") sink?.respond(403)
      await call("verify?checks=health,updates,appcast,manifest,vm-manifest")
    }
    sink?.respond(undefined)
    await updateServer?.tellTruth()
    await lookAround()
  }, 60_000)

  it("meets a file that is none, and messages that are not ours", async () => {
    const settings = stack.settings
    const bad = await sampleFolder(temporary.folder, "v1.0.0.9")
    await appendFile(join(bad, "Nexy.dmg"), "x")
    await shipFolder(bad, "v1.0.0.9", settings, () => {})
    const queues = QueueServiceClient.fromConnectionString(settings.AzureWebJobsStorage ?? "")
    await queues.getQueueClient("inbox-events").sendMessage("no event")
    await call("releases/v1.0.0.9", { method: "POST" })
    await lookAround()
  }, 60_000)
})

describe("what all of it has left", () => {
  beforeAll(async () => {
    note("log", ...stack.entries.map((entry) => JSON.stringify(entry)))
    note("alerts", JSON.stringify(stack.outside?.sink.received))
    note("issues", JSON.stringify(stack.github?.issues(WORKSPACE)))
    note("releases", JSON.stringify(stack.github?.releases(ASSETS)))
    note("commits", JSON.stringify(await stack.github?.commits(WORKSPACE)))
    const storage = stack.settings.AzureWebJobsStorage ?? ""
    const blobs = BlobServiceClient.fromConnectionString(storage)
    for await (const { name: container } of blobs.listContainers())
      for await (const { name } of blobs.getContainerClient(container).listBlobsFlat())
        note(
          `blobs of ${container}`,
          `${await blobs.getContainerClient(container).getBlobClient(name).downloadToBuffer()}`,
        )
    const queues = QueueServiceClient.fromConnectionString(storage)
    for await (const { name } of queues.listQueues()) {
      const { peekedMessageItems } = await queues.getQueueClient(name).peekMessages({ numberOfMessages: 32 })
      note("queues", ...peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, "base64").toString()))
    }
    // But for the settings themselves, which only their owner can read, and the VM's own files.
    for (const [path, text] of Object.entries(await texts(stack.state)))
      if (!/^(stack\.json$|vm\/)/.test(path)) note("files", text)
    for (const text of Object.values(await texts(temporary.folder))) note("temporary files", text)
  })

  it("is something everywhere", () => {
    const places = [
      ...["answers", "terminal", "log", "alerts", "issues", "releases", "commits", "queues", "files"],
      ...["blobs of archive", "blobs of state", "blobs of reports"],
    ]
    expect([...read.keys()]).toEqual(expect.arrayContaining(places))
    expect(JSON.parse(read.get("alerts")?.[0] ?? "[]").length).toBeGreaterThan(0)
    expect(read.get("log")?.length).toBeGreaterThan(50)
  })

  it("tells no secret, however it is written", () => {
    const [names, secrets] = [Object.keys(canaries), Object.values(canaries)]
    expect(Math.min(...secrets.map(({ length }) => length))).toBeGreaterThan(10)
    const leaks = [...read].flatMap(([where, said]) =>
      leaksIn(said, secrets).map(
        (leak) => `${where}: ${leak.replace(/secret (\d+)/, (_, index) => names[index] ?? "")}`,
      ),
    )
    expect(leaks).toEqual([])
  })
})
