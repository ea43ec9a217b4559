/** A storage account on this machine: Azurite's blobs and queues, in this process, on disk. */
import { once } from "node:events"
import { close } from "node:fs"
import { mkdir } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import { startAutosave } from "./autosave.ts"
import { type AzuriteServer, loadAzurite } from "./azurite.ts"
import { rememberedPorts, rememberPorts } from "./ports.ts"

export interface StorageOptions {
  /** Holds everything, and is created when it is missing. One process at a time: the callers see to that. */
  directory: string
  /**
   * 0, the default, takes the port of the last time in this directory while it is free, else one the system chooses.
   */
  blobPort?: number
  queuePort?: number
  /** Is told when what changed could not be written to disk; by default a warning of the process. */
  onError?: (error: unknown) => void
}

export interface LocalStorage {
  /** Works with every Azure SDK; the account and its key are the well-known ones of Azurite. */
  connectionString: string
  /** `http://127.0.0.1:<port>/<account>`. */
  blobUrl: string
  queueUrl: string
  account: string
  /** Writes everything to disk and lets go of every socket, timer and file. */
  close(): Promise<void>
}

/**
 * Starts blob and queue storage. Data survive a restart; of a process that is killed, the changes of the last 0.2 s
 * are lost. The first start in a process takes about a second, to load Azurite.
 */
export async function startStorage(options: StorageOptions): Promise<LocalStorage> {
  const { directory, onError = (error) => process.emitWarning(`Storage was not saved: ${String(error)}`) } = options
  await mkdir(directory, { recursive: true })
  const azurite = loadAzurite(directory)
  const remembered = await rememberedPorts(directory)
  const blob = await start(azurite.blobServer(options.blobPort || remembered.blob), onError)
  const queue = await start(azurite.queueServer(options.queuePort || remembered.queue), onError).catch(
    async (error) => {
      await blob.close()
      throw error
    },
  )
  await rememberPorts(directory, { blob: blob.port, queue: queue.port })
  const { name: account, key } = azurite.account
  const blobUrl = `http://127.0.0.1:${blob.port}/${account}`
  const queueUrl = `http://127.0.0.1:${queue.port}/${account}`
  return {
    connectionString: [
      "DefaultEndpointsProtocol=http",
      `AccountName=${account}`,
      `AccountKey=${key}`,
      `BlobEndpoint=${blobUrl}`,
      `QueueEndpoint=${queueUrl}`,
    ].join(";"),
    blobUrl,
    queueUrl,
    account,
    close: async () => {
      await Promise.all([blob.close(), queue.close()])
    },
  }
}

const closeFile = promisify(close)

async function start(server: AzuriteServer, onError: (error: unknown) => void) {
  await server.start().catch(async (error) => {
    await server.afterClose()
    throw error
  })
  const stopAutosave = startAutosave(server, onError)
  const { port } = server.httpServer.address() as AddressInfo
  return {
    port,
    close: async () => {
      await stopServing(server)
      await stopAutosave()
      await server.close()
      // Azurite keeps the files it appends to open even then.
      for (const { fd } of server.extentStore.activeWriteExtents) if (fd !== undefined) await closeFile(fd)
    },
  }
}

/** How long a request under way may still take. */
const graceMs = 1000

/** Azurite's own close() would wait for kept-alive connections for ever, and take the databases from under requests. */
async function stopServing({ httpServer }: AzuriteServer): Promise<void> {
  const closed = once(httpServer, "close")
  httpServer.close()
  await Promise.race([closed, delay(graceMs, undefined, { ref: false })])
  httpServer.closeAllConnections()
  await closed
}
