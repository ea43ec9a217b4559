/**
 * Azurite inside this process. It ships no types, and its package cannot be required as a whole, so what is used of its
 * insides is written down here: checked against 3.36.0, which package.json pins.
 */
import type { Server } from "node:http"
import { createRequire } from "node:module"
import { join } from "node:path"

/** A LokiJS database: all in memory, written whole to one JSON file, by a rename. */
export interface LokiDatabase {
  filename: string
  collections: { dirty: boolean }[]
  autosaveDisable(): void
  autosaveDirty(): boolean
  autosaveClearFlags(): void
  serialize(): string
  persistenceAdapter: { saveDatabase(name: string, text: string, done: (error?: Error | null) => void): void }
}

/** One service: its HTTP server, what it knows, and the extents, files to which all bytes are appended. */
export interface AzuriteServer {
  start(): Promise<void>
  close(): Promise<void>
  /** The part of close() that lets go of the databases; all there is to close after a start that failed. */
  afterClose(): Promise<void>
  readonly httpServer: Server
  readonly metadataStore: { db: LokiDatabase }
  readonly extentMetadataStore: { db: LokiDatabase }
  readonly extentStore: { activeWriteExtents: { fd?: number }[] }
}

type Constructor = new (...options: unknown[]) => unknown

/** The development account that is in the manual of Azurite, with its well-known key. */
export interface Account {
  name: string
  key: string
}

const require = createRequire(import.meta.url)

/** Loads Azurite (about a second, once per process) and prepares its two services under a directory. */
export function loadAzurite(directory: string): {
  account: Account
  blobServer(port: number): AzuriteServer
  queueServer(port: number): AzuriteServer
} {
  const { AzuriteTelemetryClient } = require("azurite/dist/src/common/Telemetry.js")
  AzuriteTelemetryClient.init(directory, false)
  const { EMULATOR_ACCOUNT_NAME, EMULATOR_ACCOUNT_KEY_STR } = require("azurite/dist/src/blob/utils/constants.js")
  const server = (Server: Constructor, Configuration: Constructor, service: string, port: number) =>
    new Server(new Configuration(...configuration(directory, service, port))) as AzuriteServer
  return {
    account: { name: EMULATOR_ACCOUNT_NAME, key: EMULATOR_ACCOUNT_KEY_STR },
    blobServer: (port) => {
      const { default: BlobServer } = require("azurite/dist/src/blob/BlobServer.js")
      const { default: BlobConfiguration } = require("azurite/dist/src/blob/BlobConfiguration.js")
      return server(BlobServer, BlobConfiguration, "blob", port)
    },
    queueServer: (port) => {
      const { default: QueueServer } = require("azurite/dist/src/queue/QueueServer.js")
      const { default: QueueConfiguration } = require("azurite/dist/src/queue/QueueConfiguration.js")
      return server(QueueServer, QueueConfiguration, "queue", port)
    },
  }
}

/** The constructor arguments that both configurations share; the file names are Azurite's own. */
function configuration(directory: string, service: string, port: number): unknown[] {
  const extents = {
    locationId: "Default",
    locationPath: join(directory, `__${service}storage__`),
    maxConcurrency: service === "blob" ? 50 : 1,
  }
  const keepAliveSeconds = 5
  const accessLog = [false, undefined]
  const debugLog = [false, undefined]
  const loose = false
  // The SDKs speak newer versions of the service than Azurite knows.
  const skipApiVersionCheck = true
  return [
    "127.0.0.1",
    port,
    keepAliveSeconds,
    join(directory, `__azurite_db_${service}__.json`),
    join(directory, `__azurite_db_${service}_extent__.json`),
    [extents],
    ...accessLog,
    ...debugLog,
    loose,
    skipApiVersionCheck,
  ]
}
