import { blobInbox } from "../../shared/adapters/azure/blob-inbox.ts"
import { directoryInbox } from "../../shared/adapters/local/directory-inbox.ts"
import { inboxShelf, memoryInbox } from "../memory/inbox.ts"
import { inboxContract } from "./inbox.ts"
import { useDirectory, useStorage } from "./places.ts"

const storage = useStorage()
const directory = useDirectory()

inboxContract("two blob containers", () =>
  blobInbox(storage.account(), { inbox: storage.fresh(), archive: storage.fresh() }),
)
inboxContract("two directories", async () => directoryInbox(directory.fresh(), directory.fresh()))
inboxContract("memory", async () => memoryInbox(inboxShelf(() => new Date())))
