import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import { type LocalStorage, startStorage } from "../../infra/local/storage/storage.ts"

/** A directory for the tests of one file, deleted afterwards. `fresh` names one in it that does not exist yet. */
export function useDirectory(): { fresh(): string } {
  let root = ""
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-"))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))
  return { fresh: () => join(root, randomUUID()) }
}

/** A storage account for the tests of one file. `fresh` names a container or queue that does not exist yet. */
export function useStorage(): { account(): LocalStorage; fresh(): string } {
  const directory = useDirectory()
  let storage: LocalStorage | undefined
  beforeAll(async () => {
    storage = await startStorage({ directory: directory.fresh() })
  })
  afterAll(() => storage?.close())
  return {
    account() {
      if (!storage) throw new Error("ask for the account within a test")
      return storage
    },
    fresh: () => `test-${randomUUID()}`,
  }
}
