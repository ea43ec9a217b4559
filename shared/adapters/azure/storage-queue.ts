import type { Queue } from "../../ports/queue.ts"
import { connectQueues, type StorageConnection } from "./connect.ts"
import { codeOf, exchangeWithin } from "./exchange.ts"

/** Never: a message that waited as long as it may would otherwise be gone when it is due. */
const messageTimeToLive = -1

/**
 * A storage queue, made by the first message. Messages are base64, as Event Grid writes them and as the queue trigger
 * reads them by default.
 */
export async function storageQueue(connection: StorageConnection, name: string): Promise<Queue> {
  const exchange = exchangeWithin(connection.deadlineMs)
  const queue = (await connectQueues(connection)).getQueueClient(name)
  return {
    send: (message, delaySeconds = 0) =>
      exchange(`send to ${name}`, async (abortSignal) => {
        const text = Buffer.from(message).toString("base64")
        const send = () =>
          queue.sendMessage(text, { abortSignal, messageTimeToLive, visibilityTimeout: Math.ceil(delaySeconds) })
        await send().catch(async (error) => {
          if (codeOf(error) !== "QueueNotFound") throw error
          await queue.createIfNotExists({ abortSignal })
          await send()
        })
      }),
  }
}
