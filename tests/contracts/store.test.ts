import { blobStore } from "../../shared/adapters/azure/blob-store.ts"
import { directoryStore } from "../../shared/adapters/local/directory-store.ts"
import { useDirectory, useStorage } from "./places.ts"
import { storeContract } from "./store.ts"

const storage = useStorage()
const directory = useDirectory()

storeContract("a blob container", async () => {
  const account = storage.account()
  const container = storage.fresh()
  return {
    store: await blobStore(account, container),
    arguments: ["azure", `${account.connectionString} ${container}`],
  }
})

storeContract("a directory", async () => {
  const place = directory.fresh()
  return { store: directoryStore(place), arguments: ["local", place] }
})
