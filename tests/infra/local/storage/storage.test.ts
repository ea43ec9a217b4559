import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { BlobServiceClient } from "@azure/storage-blob"
import { QueueClient } from "@azure/storage-queue"
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { type LocalStorage, startStorage } from "../../../../infra/local/storage/storage.ts"

let directory: string
let storage: LocalStorage | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "slipway-storage-"))
})
afterEach(async () => {
  await storage?.close()
  storage = undefined
  await rm(directory, { recursive: true })
})

async function start(): Promise<LocalStorage> {
  storage = await startStorage({ directory })
  return storage
}

const notes = ({ connectionString }: LocalStorage) =>
  BlobServiceClient.fromConnectionString(connectionString)
    .getContainerClient("inbox")
    .getBlockBlobClient("v1.2.3.4/LATEST_CHANGES.md")

function run(script: string, ...rest: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), directory, ...rest], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  return child
}

/** What a script prints until it ends by itself. */
async function lifeOf(script: string, ...rest: string[]): Promise<string> {
  const child = run(script, ...rest)
  const [printed] = await Promise.all([text(child.stdout as Readable), once(child, "exit")])
  return printed.trim()
}

describe("local storage", () => {
  it("keeps blobs, messages, ETags and URLs over a restart", async () => {
    const before = await start()
    await BlobServiceClient.fromConnectionString(before.connectionString).createContainer("inbox")
    const { etag } = await notes(before).upload("what is new", 11)
    const queue = new QueueClient(before.connectionString, "work")
    await queue.create()
    await queue.sendMessage("aGVsbG8=")
    await before.close()

    const after = await start()
    expect(after.connectionString).toBe(before.connectionString)
    expect(after.blobUrl).toBe(before.blobUrl)
    expect((await notes(after).getProperties()).etag).toBe(etag)
    expect((await notes(after).downloadToBuffer()).toString()).toBe("what is new")
    const [message] = (await queue.receiveMessages()).receivedMessageItems
    expect(message?.messageText).toBe("aGVsbG8=")
  })

  it("takes other ports when its own are taken", async () => {
    const before = await start()
    await before.close()
    const squatter = createServer().listen(Number(new URL(before.blobUrl).port), "127.0.0.1")
    await once(squatter, "listening")
    onTestFinished(() => void squatter.close())
    const after = await start()
    expect(after.blobUrl).not.toBe(before.blobUrl)
    expect(after.queueUrl).toBe(before.queueUrl)
  })

  it("does not wait for ever for a request that never ends", async () => {
    const { connectionString, close } = await start()
    const oneTry = { retryOptions: { maxTries: 1 } }
    const container = BlobServiceClient.fromConnectionString(connectionString, oneTry).getContainerClient("inbox")
    await container.create()
    const body = new Readable({ read: () => undefined })
    body.push("the beginning")
    const upload = container.getBlockBlobClient("endless").upload(() => body, 1000)
    const failed = expect(upload).rejects.toThrow()
    // Azurite is in the midst of it when it has a file for it.
    await expect.poll(() => readdir(join(directory, "__blobstorage__"))).toHaveLength(1)
    await close()
    storage = undefined
    await failed
  })

  it("lets its process end after it closed", async () => {
    expect(await lifeOf("short-life.ts")).toBe("closed")
  })

  it("fails when a port it was told to take is taken, and lets its process end", async () => {
    const squatter = createServer().listen(0, "127.0.0.1")
    await once(squatter, "listening")
    onTestFinished(() => void squatter.close())
    const { port } = squatter.address() as AddressInfo
    expect(await lifeOf("short-life.ts", String(port))).toBe("EADDRINUSE")
  })

  it("has on disk what was uploaded shortly before the process was killed", async () => {
    const child = run("uploader.ts")
    const metadata = () => readFile(join(directory, "__azurite_db_blob__.json"), "utf8").catch(() => "")
    await expect.poll(metadata, { timeout: 15_000 }).toContain("$CONTAINERS_COLLECTION$")
    // Azurite itself would take up to five seconds.
    await expect.poll(metadata, { timeout: 3000 }).toContain("LATEST_CHANGES.md")
    child.kill("SIGKILL")
    await once(child, "exit")

    expect((await notes(await start()).downloadToBuffer()).toString()).toBe("what is new")
  })
})
