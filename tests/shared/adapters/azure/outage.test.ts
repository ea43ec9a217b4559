import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
import { BlobServiceClient } from "@azure/storage-blob"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { blobInbox } from "../../../../shared/adapters/azure/blob-inbox.ts"
import { blobLeases } from "../../../../shared/adapters/azure/blob-leases.ts"
import { blobStore } from "../../../../shared/adapters/azure/blob-store.ts"
import type { StorageConnection } from "../../../../shared/adapters/azure/connect.ts"
import { storageQueue } from "../../../../shared/adapters/azure/storage-queue.ts"
import { taken } from "../../../contracts/leases.ts"
import { useStorage } from "../../../contracts/places.ts"
import { type Network, startNetwork } from "./network.ts"

const storage = useStorage()
const mebibyte = 1024 * 1024

/** One call of every kind to an account. */
async function everyCall(connection: StorageConnection): Promise<PromiseSettledResult<unknown>[]> {
  const file = { path: "Nexy.dmg", sizeBytes: 5, etag: '"0x1"', modifiedAt: new Date(0) }
  const inbox = await blobInbox(connection)
  const store = await blobStore(connection, "state")
  return Promise.allSettled([
    inbox.list(),
    Array.fromAsync(inbox.read(file)),
    inbox.put("Nexy.dmg", body("bytes"), { sizeBytes: 5 }),
    inbox.copyToArchive(file, "v1.2.3.4", "Nexy.dmg"),
    inbox.readArchived("v1.2.3.4", "Nexy.dmg"),
    inbox.remove(file),
    store.get("key"),
    store.put("key", "text", { ifAbsent: true }),
    store.list(""),
    store.tail("key", 1),
    store.append("key", "text", 0),
    (await blobLeases(connection)).acquire("v1.2.3.4"),
    (await storageQueue(connection, "events")).send("message"),
  ])
}

async function* body(content: string | Uint8Array) {
  yield Buffer.from(content)
}

function problems(outcomes: PromiseSettledResult<unknown>[]): unknown[] {
  return outcomes.map((outcome) => (outcome.status === "rejected" ? (outcome.reason.code ?? outcome.reason) : "done"))
}

describe("an account nobody can reach", () => {
  it("is told as such by every call, soon", async () => {
    const startedAtMs = performance.now()
    const outcomes = await everyCall({ connectionString: (await closedPorts()).connectionString })
    expect(problems(outcomes)).toEqual(outcomes.map(() => "STORAGE_UNREACHABLE"))
    expect(performance.now() - startedAtMs).toBeLessThan(10_000)
  })
})

describe("an account that refuses the key", () => {
  it("is told as such by every call, with its code and without the key", async () => {
    const key = Buffer.from("another key, which is not the account's").toString("base64")
    const outcomes = await everyCall({
      connectionString: storage.account().connectionString.replace(/AccountKey=[^;]+/, `AccountKey=${key}`),
    })
    expect(problems(outcomes)).toEqual(outcomes.map(() => "STORAGE_REFUSED"))
    const said = outcomes.map((outcome) => `${outcome.status === "rejected" && outcome.reason.message}`).join("\n")
    expect(said).toContain("list inbox: 403 AuthorizationFailure")
    expect(said).toContain("v1.2.3.4")
    expect(said).not.toContain(key)
  })
})

describe("a connection string that is none", () => {
  it("is a fault of the settings and is not repeated", async () => {
    const opened = blobInbox({ connectionString: "DefaultEndpointsProtocol=https;AccountKey=secret" })
    await expect(opened).rejects.toMatchObject({
      code: "SETTINGS_INVALID",
      message: expect.not.stringContaining("secret"),
    })
  })
})

describe("an account named by an identity", () => {
  afterEach(() => vi.unstubAllEnvs())

  it("is asked with that identity, and refuses when there is no token for it", async () => {
    const asked: string[] = []
    const identities = createHttpServer((request, response) => {
      asked.push(request.url ?? "")
      response.writeHead(400, { "content-type": "application/json" }).end('{"error":"invalid_request"}')
    }).listen(0, "127.0.0.1")
    await once(identities, "listening")
    vi.stubEnv("IDENTITY_ENDPOINT", `http://127.0.0.1:${(identities.address() as AddressInfo).port}/token`)
    vi.stubEnv("IDENTITY_HEADER", "header")
    const { blobUrl } = await closedPorts()
    const inbox = await blobInbox({
      accountName: "nexy",
      blobServiceUri: blobUrl.replace("http:", "https:"),
      credential: "managedidentity",
      clientId: "someone",
    })
    await expect(inbox.list()).rejects.toMatchObject({ code: "STORAGE_REFUSED" })
    expect(asked[0]).toContain("client_id=someone")
    identities.close()
    await once(identities, "close")
  })
})

describe("a network that fails in the middle", () => {
  let network: Network
  beforeEach(async () => {
    network = await startNetwork(storage.account())
  })
  afterEach(() => network.close())

  /** An inbox behind the network, into which a file came another way. */
  async function inboxWith(bytes: Uint8Array, options = {}) {
    const containers = { inbox: storage.fresh(), archive: storage.fresh() }
    const direct = await blobInbox(storage.account(), containers)
    const replace = (content: Uint8Array) => direct.put("Nexy.dmg", body(content), { sizeBytes: content.length })
    const file = await replace(bytes)
    return { inbox: await blobInbox(network, { ...containers, ...options }), file, replace }
  }

  it("is made good by reading on where it broke", async () => {
    const bytes = Buffer.from(Uint32Array.from({ length: 2 * mebibyte }, (_, index) => index).buffer)
    const { inbox, file } = await inboxWith(bytes)
    let breaks = 0
    network.onAnswer = (answeredBytes) => (answeredBytes > 1.3 * mebibyte && ++breaks ? "break" : "pass")
    const read = Buffer.concat(await Array.fromAsync(inbox.read(file)))
    expect(read.equals(bytes)).toBe(true)
    expect(breaks).toBeGreaterThan(3)
  })

  it("does not mix in the bytes of another file", async () => {
    const { inbox, file, replace } = await inboxWith(Buffer.alloc(4 * mebibyte, 1))
    let replaced: Promise<unknown> | undefined
    network.onAnswer = (answeredBytes) => {
      if (answeredBytes < mebibyte) return "pass"
      replaced ??= replace(Buffer.alloc(4 * mebibyte, 2))
      return "silence"
    }
    const reading = inbox.read(file)[Symbol.asyncIterator]()
    await reading.next()
    const rest = drain(reading)
    rest.catch(() => {})
    await expect.poll(() => replaced).toBeDefined()
    await replaced
    network.breakAll()
    network.onAnswer = () => "pass"
    await expect(rest).rejects.toMatchObject({ code: "INBOX_CHANGED" })
  })

  it("is told when it keeps breaking", async () => {
    const { inbox, file } = await inboxWith(Buffer.alloc(4 * mebibyte))
    let firstByte = true
    network.onAnswer = () => {
      const fate = firstByte ? "pass" : "break"
      firstByte = false
      return fate
    }
    await expect(Array.fromAsync(inbox.read(file))).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" })
  })

  it("is told when it falls silent", async () => {
    const { inbox, file } = await inboxWith(Buffer.alloc(8 * mebibyte), { stallMs: 200 })
    network.onAnswer = (answeredBytes) => (answeredBytes > mebibyte ? "silence" : "pass")
    await expect(Array.fromAsync(inbox.read(file))).rejects.toMatchObject({
      code: "STORAGE_UNREACHABLE",
      message: expect.stringContaining("no byte for 0.2 s"),
    })
  })

  it("does not take a slow reader for silence", async () => {
    const { inbox, file } = await inboxWith(Buffer.alloc(8 * mebibyte), { stallMs: 100 })
    let readBytes = 0
    for await (const chunk of inbox.read(file)) {
      if (readBytes === 0) await delay(300)
      readBytes += chunk.length
    }
    expect(readBytes).toBe(8 * mebibyte)
  })

  it("is told when an upload stands still, and nothing of it shows", async () => {
    const { inbox, file } = await inboxWith(Buffer.alloc(5), { stallMs: 200 })
    network.onAnswer = () => "silence"
    const upload = inbox.put("Nexy.pkg", body(Buffer.alloc(3 * mebibyte)), { sizeBytes: 3 * mebibyte })
    await expect(upload).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" })
    network.onAnswer = () => "pass"
    expect(await inbox.list()).toEqual([file])
  })

  it("does not take a long upload for one that stands still", async () => {
    const { inbox } = await inboxWith(Buffer.alloc(0), { stallMs: 1000 })
    async function* slow() {
      for (let block = 0; block < 5; block++) {
        await delay(400)
        yield Buffer.alloc(mebibyte)
      }
    }
    const file = await inbox.put("Nexy.pkg", slow(), { sizeBytes: 5 * mebibyte })
    expect(file.sizeBytes).toBe(5 * mebibyte)
  })

  it("ends a lease before somebody else can take it", async () => {
    const container = storage.fresh()
    const options = { container, durationSeconds: 15, renewEverySeconds: 0.05, trustSeconds: 0.4 }
    const lease = await taken(await blobLeases(network, options), "v1.2.3.4")
    network.onAnswer = () => "silence"
    if (!lease.signal.aborted) await once(lease.signal, "abort")
    expect(lease.signal.reason).toMatchObject({ code: "LEASE_LOST" })
    expect(await (await blobLeases(storage.account(), options)).acquire("v1.2.3.4")).toBeUndefined()
  })
})

describe("a lease that is held", () => {
  it("is known to be lost at once by a process that stood still, before any of its timers", async () => {
    const options = { container: storage.fresh(), renewEverySeconds: 10, trustSeconds: 0.2 }
    const lease = await taken(await blobLeases(storage.account(), options), "v1.2.3.4")
    const wakesAtMs = performance.now() + 250
    while (performance.now() < wakesAtMs);
    expect(lease.signal.reason).toMatchObject({ code: "LEASE_LOST" })
    await lease.release()
  })

  it("is renewed", async () => {
    const container = storage.fresh()
    const network = await startNetwork(storage.account())
    let answers = 0
    const lease = await taken(
      await blobLeases(network, { container, renewEverySeconds: 0.05, trustSeconds: 0.5 }),
      "v1.2.3.4",
    )
    const renewed = new Promise<void>((resolve) => {
      network.onAnswer = () => {
        answers += 1
        if (answers === 20) resolve()
        return "pass"
      }
    })
    await renewed
    expect(lease.signal.aborted).toBe(false)
    await lease.release()
    const blobs = BlobServiceClient.fromConnectionString(storage.account().connectionString)
    const lock = await blobs.getContainerClient(container).getBlobClient("locks/v1.2.3.4").getProperties()
    expect(lock.leaseState).toBe("available")
    await network.close()
  })
})

async function drain(reading: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await reading.next()).done);
}

/** An account where nobody listens. */
async function closedPorts(): Promise<{ connectionString: string; blobUrl: string }> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  const { connectionString, account } = storage.account()
  const blobUrl = `http://127.0.0.1:${port}/${account}`
  return { connectionString: connectionString.replaceAll(/Endpoint=[^;]+/g, `Endpoint=${blobUrl}`), blobUrl }
}
