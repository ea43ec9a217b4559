import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { app, type InvocationContext } from "@azure/functions"
import { QueueClient } from "@azure/storage-queue"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import {
  type FunctionsHost,
  forgetRegistrations,
  type HostEvent,
  type HostOptions,
  startFunctionsHost,
} from "../../../../infra/local/functions-host/host.ts"
import { type LocalStorage, startStorage } from "../../../../infra/local/storage/storage.ts"
import { watch } from "../watch.ts"

let directory: string
let storage: LocalStorage
let host: FunctionsHost | undefined
let queueName: string
let queue: QueueClient
let poison: QueueClient
let events: ReturnType<typeof watch<HostEvent>>
let number = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "slipway-queue-"))
  storage = await startStorage({ directory })
})
afterAll(async () => {
  await storage.close()
  await rm(directory, { recursive: true })
})
beforeEach(() => {
  forgetRegistrations()
  queueName = `work-${++number}`
  queue = new QueueClient(storage.connectionString, queueName)
  poison = new QueueClient(storage.connectionString, `${queueName}-poison`)
  events = watch<HostEvent>()
})
afterEach(async () => {
  await host?.close()
  host = undefined
})

type Handler = (message: unknown, context: InvocationContext) => unknown

async function start(handler: Handler, queues: object = {}, options: Partial<HostOptions> = {}) {
  host = await startFunctionsHost({
    load: async () => {
      const connection = "AzureWebJobsStorage"
      app.storageQueue("worker", { queueName: "%QUEUE%", connection, handler: async (...args) => handler(...args) })
    },
    settings: { QUEUE: queueName },
    storage: storage.connectionString,
    hostJson: { extensions: { queues: { maxPollingInterval: "00:00:00.050", ...queues } } },
    observe: events.observe,
    ...options,
  })
  // The queue is there once it has been polled.
  await events.until((event) => event.kind === "polled")
}

const send = (text: string) => queue.sendMessage(Buffer.from(text).toString("base64"))
const settled = (outcome: string) => (event: HostEvent) => event.kind === "settled" && event.outcome === outcome
const count = async (client: QueueClient) => (await client.getProperties()).approximateMessagesCount

describe("queue functions", () => {
  it("receive JSON as an object and other text as it is, and delete what they handled", async () => {
    const received: unknown[] = []
    await start((message) => received.push(message))
    await send('{"subject":"/blobs/v1.2.3.4/Nexy.dmg"}')
    await send("plain words, grüße")
    await events.until(settled("deleted"), 2)
    expect(received).toHaveLength(2)
    expect(received).toEqual(expect.arrayContaining([{ subject: "/blobs/v1.2.3.4/Nexy.dmg" }, "plain words, grüße"]))
    expect(await count(queue)).toBe(0)
  })

  it("receive the message's metadata", async () => {
    let metadata: InvocationContext["triggerMetadata"]
    await start((_message, context) => {
      metadata = context.triggerMetadata
    })
    const { messageId } = await send('{"n":1}')
    await events.until(settled("deleted"))
    expect(metadata).toMatchObject({
      id: messageId,
      dequeueCount: 1,
      popReceipt: expect.any(String),
      queueTrigger: { n: 1 },
    })
    for (const time of ["insertionTime", "expirationTime", "nextVisibleTime"]) {
      expect(new Date(String(metadata?.[time])).getTime()).toBeGreaterThan(0)
    }
  })

  it("are tried again after a failure, and succeed", async () => {
    const counts: unknown[] = []
    await start((_message, context) => {
      counts.push(context.triggerMetadata?.dequeueCount)
      if (counts.length < 3) throw new Error("not yet")
    })
    await send("again")
    await events.until(settled("deleted"))
    expect(counts).toEqual([1, 2, 3])
    expect(await count(queue)).toBe(0)
  })

  it("lose a message to the poison queue when its last try fails", async () => {
    let tries = 0
    await start(() => {
      tries++
      throw new Error("never")
    })
    await send('{"poor":"thing"}')
    await events.until(settled("poisoned"))
    expect(tries).toBe(5)
    expect(events.told).toContainEqual(expect.objectContaining({ outcome: "poisoned", dequeueCount: 5 }))
    expect(await count(queue)).toBe(0)
    const [message] = (await poison.peekMessages()).peekedMessageItems
    expect(Buffer.from(message?.messageText ?? "", "base64").toString()).toBe('{"poor":"thing"}')
  })

  it("never see a message that is no base64: it is poison at once", async () => {
    const received: unknown[] = []
    await start((message) => received.push(message))
    await queue.sendMessage("{not base64}")
    await events.until(settled("poisoned"))
    expect(received).toEqual([])
    const [message] = (await poison.peekMessages()).peekedMessageItems
    expect(message?.messageText).toBe("{not base64}")
  })

  it("leave a failed message invisible for the time host.json says", async () => {
    await start(() => Promise.reject(new Error("later")), { visibilityTimeout: "00:10:00" })
    await send("later")
    await events.until(settled("returned"))
    expect((await queue.receiveMessages()).receivedMessageItems).toEqual([])
    expect(await count(queue)).toBe(1)
  })

  it("keep their message longer than the lock lasts", async () => {
    let invocations = 0
    const release = events.until((event) => event.kind === "renewed", 3)
    await start(
      async () => {
        invocations++
        await release
      },
      { batchSize: 1, newBatchThreshold: 1 },
      { messageLockSeconds: 1 },
    )
    await send("slow")
    await events.until(settled("deleted"))
    expect(invocations).toBe(1)
    expect(await count(queue)).toBe(0)
  })

  it("work on no more messages at a time than host.json allows", async () => {
    let running = 0
    let most = 0
    await queue.create()
    for (let n = 0; n < 6; n++) await send(String(n))
    await start(
      async () => {
        most = Math.max(most, ++running)
        // Longer than the host would take to fetch another message.
        for (let calls = 0; calls < 5; calls++) await count(queue)
        running--
      },
      { batchSize: 1, newBatchThreshold: 0 },
    )
    await events.until(settled("deleted"), 6)
    expect(most).toBe(1)
  })

  it("give their message back when the host has to stop without them", async () => {
    const entered = Promise.withResolvers<void>()
    await start(
      () => {
        entered.resolve()
        return new Promise(() => undefined)
      },
      { visibilityTimeout: "00:10:00", maxDequeueCount: 1 },
      { closeTimeoutMs: 50 },
    )
    await send("unfinished")
    await entered.promise
    await host?.close()
    expect((await queue.receiveMessages()).receivedMessageItems).toHaveLength(1)
    host = undefined
  })
})
