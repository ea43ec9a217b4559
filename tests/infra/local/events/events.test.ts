import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { app } from "@azure/functions"
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob"
import { QueueClient } from "@azure/storage-queue"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { type BlobCreated, type LocalEvents, startEvents } from "../../../../infra/local/events/events.ts"
import { type HostEvent, startFunctionsHost } from "../../../../infra/local/functions-host/host.ts"
import { type LocalStorage, startStorage } from "../../../../infra/local/storage/storage.ts"
import { watch } from "../watch.ts"

const at = new Date("2026-03-01T12:03:10.500Z")
let directory: string
let storage: LocalStorage
let events: LocalEvents | undefined
let container: ContainerClient
let queue: QueueClient
let told: ReturnType<typeof watch<BlobCreated>>
let number = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "slipway-events-"))
  storage = await startStorage({ directory })
})
afterAll(async () => {
  await storage.close()
  await rm(directory, { recursive: true })
})
beforeEach(() => {
  const { connectionString } = storage
  container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(`inbox-${++number}`)
  queue = new QueueClient(connectionString, `inbox-events-${number}`)
  told = watch<BlobCreated>()
})
afterEach(async () => {
  await events?.close()
  events = undefined
})

async function start(intervalMs = 3_600_000): Promise<LocalEvents> {
  const { connectionString } = storage
  const names = { container: container.containerName, queue: queue.name }
  events = await startEvents({ connectionString, ...names, intervalMs, now: () => at, observe: told.observe })
  return events
}

async function upload(path: string, text: string): Promise<string> {
  const blobHTTPHeaders = { blobContentType: "text/markdown" }
  const { etag = "" } = await container.getBlockBlobClient(path).upload(text, text.length, { blobHTTPHeaders })
  return etag.replaceAll('"', "")
}

const subjects = () => told.told.map((event) => event.subject.split("/blobs/")[1])

describe("local events", () => {
  it("announce an upload in Event Grid's words", async () => {
    const { scan } = await start()
    await container.create()
    const eTag = await upload("v1.2.3.4/what is new.md", "news")
    await scan()
    const [message] = (await queue.receiveMessages()).receivedMessageItems
    expect(JSON.parse(Buffer.from(message?.messageText ?? "", "base64").toString())).toEqual({
      id: expect.any(String),
      topic: expect.stringMatching(/^\/subscriptions\/.*\/providers\/Microsoft.Storage\/storageAccounts\//),
      subject: `/blobServices/default/containers/${container.containerName}/blobs/v1.2.3.4/what is new.md`,
      eventType: "Microsoft.Storage.BlobCreated",
      eventTime: "2026-03-01T12:03:10.500Z",
      data: {
        api: "PutBlob",
        clientRequestId: expect.any(String),
        requestId: expect.any(String),
        eTag,
        contentType: "text/markdown",
        contentLength: 4,
        blobType: "BlockBlob",
        url: container.getBlobClient("v1.2.3.4/what is new.md").url,
        sequencer: expect.stringMatching(/^[0-9a-f]{32}$/),
        storageDiagnostics: { batchId: expect.any(String) },
      },
      dataVersion: "",
      metadataVersion: "1",
    })
  })

  it("announce a blob once, and again when it changes or comes back", async () => {
    await container.create()
    const { scan } = await start()
    await upload("a", "one")
    await scan()
    await scan()
    expect(subjects()).toEqual(["a"])
    await upload("a", "two")
    await upload("b", "one")
    await scan()
    expect(subjects().toSorted()).toEqual(["a", "a", "b"])
    await container.deleteBlob("b")
    await scan()
    await upload("b", "one")
    await scan()
    expect(subjects().toSorted()).toEqual(["a", "a", "b", "b"])
    expect((await queue.getProperties()).approximateMessagesCount).toBe(4)
    const sequencers = told.told.map((event) => event.data.sequencer)
    expect(sequencers).toEqual(sequencers.toSorted())
  })

  it("announce what was there before them", async () => {
    await container.create()
    await upload("early", "bird")
    await start()
    await told.until((event) => event.subject.endsWith("/early"))
  })

  it("need neither the container nor the queue to exist", async () => {
    const { scan } = await start()
    await scan()
    expect(told.told).toEqual([])
    expect(await queue.exists()).toBe(false)
  })

  it("say once that the storage does not answer, and go on when it does", async () => {
    const own = await mkdtemp(join(tmpdir(), "slipway-events-"))
    onTestFinished(() => rm(own, { recursive: true }))
    const first = await startStorage({ directory: own })
    const { connectionString } = first
    const errors = watch<unknown>()
    await BlobServiceClient.fromConnectionString(connectionString).createContainer("inbox")
    await first.close()
    events = await startEvents({
      connectionString,
      container: "inbox",
      queue: "inbox-events",
      intervalMs: 10,
      observe: told.observe,
      onError: errors.observe,
    })
    await errors.until(() => true)
    const second = await startStorage({ directory: own })
    onTestFinished(() => second.close())
    await BlobServiceClient.fromConnectionString(connectionString)
      .getContainerClient("inbox")
      .getBlockBlobClient("late")
      .upload("at last", 7)
    await told.until((event) => event.subject.endsWith("/late"))
    await events.close()
    expect(errors.told).toHaveLength(1)
  })

  it("wake the function that listens to the queue", async () => {
    const host = watch<HostEvent>()
    const received: unknown[] = []
    const running = await startFunctionsHost({
      load: async () => {
        const handler = (message: unknown) => void received.push(message)
        app.storageQueue("inbox-event", { queueName: queue.name, connection: "AzureWebJobsStorage", handler })
      },
      storage: storage.connectionString,
      observe: host.observe,
    })
    onTestFinished(() => running.close())
    await start(20)
    await container.create()
    await upload("v1.2.3.4/_ready", "")
    await host.until((event) => event.kind === "settled" && event.outcome === "deleted")
    expect(received).toEqual(told.told)
    expect(received).toMatchObject([{ data: { contentLength: 0 } }])
  })
})
