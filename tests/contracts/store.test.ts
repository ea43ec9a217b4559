import { blobStore } from "../../shared/adapters/azure/blob-store.ts"
import { directoryStore } from "../../shared/adapters/local/directory-store.ts"
import { memoryStore, storeShelf } from "../memory/store.ts"
import { useDirectory, useStorage } from "./places.ts"
import { sharedStoreContract, storeContract } from "./store.ts"

const storage = useStorage()
const directory = useDirectory()

sharedStoreContract("a blob container", async () => {
  const account = storage.account()
  const container = storage.fresh()
  return {
    store: await blobStore(account, container),
    arguments: ["azure", `${account.connectionString} ${container}`],
  }
})

sharedStoreContract("a directory", async () => {
  const place = directory.fresh()
  return { store: directoryStore(place), arguments: ["local", place] }
})

storeContract("memory", async () => ({ store: memoryStore(storeShelf()) }))
