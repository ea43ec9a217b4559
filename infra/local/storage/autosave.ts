import type { AzuriteServer, LokiDatabase } from "./azurite.ts"

/** What a kill of this process may lose: Azurite itself would take five seconds. */
const saveIntervalMs = 200

/**
 * Writes what a server knows to disk shortly after it changes, instead of Azurite's own timers, which write the blobs
 * and the extents they lie in at different moments: a kill in between would leave blobs that answer 500. Returns the
 * way to stop; the server's close() does the last save by itself.
 */
export function startAutosave(server: AzuriteServer, onError: (error: unknown) => void): () => Promise<void> {
  const extents = server.extentMetadataStore.db
  const metadata = server.metadataStore.db
  for (const database of [extents, metadata]) database.autosaveDisable()
  let saving = Promise.resolve()
  const timer = setInterval(() => {
    saving = saving.then(() => save(extents, metadata)).catch(onError)
  }, saveIntervalMs)
  return async () => {
    clearInterval(timer)
    await saving
  }
}

/** Both as of one moment, and the extents first: one too many does no harm, one too few does. */
async function save(extents: LokiDatabase, metadata: LokiDatabase): Promise<void> {
  const dirty = [extents, metadata].filter((database) => database.autosaveDirty())
  const snapshots = dirty.map((database) => {
    const text = database.serialize()
    database.autosaveClearFlags()
    return { database, text }
  })
  for (const { database, text } of snapshots) await write(database, text)
}

function write(database: LokiDatabase, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    database.persistenceAdapter.saveDatabase(database.filename, text, (error) => {
      if (!error) return resolve()
      for (const collection of database.collections) collection.dirty = true
      reject(error)
    })
  })
}
