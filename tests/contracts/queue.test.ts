import { QueueServiceClient } from "@azure/storage-queue"
import { storageQueue } from "../../shared/adapters/azure/storage-queue.ts"
import { useStorage } from "./places.ts"
import { queueContract } from "./queue.ts"

const storage = useStorage()

queueContract("a storage queue", async () => {
  const account = storage.account()
  const name = storage.fresh()
  const messages = QueueServiceClient.fromConnectionString(account.connectionString).getQueueClient(name)
  return {
    queue: await storageQueue(account, name),
    async receive() {
      const { receivedMessageItems } = await messages.receiveMessages({ numberOfMessages: 32 })
      return receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, "base64").toString())
    },
    count: async () => (await messages.getProperties()).approximateMessagesCount ?? 0,
  }
})
