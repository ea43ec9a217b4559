import { poisonOf } from "../../ports/names.ts"
import type { PoisonQueue } from "../../ports/queue.ts"
import { connectQueues, type StorageConnection } from "./connect.ts"
import { exchange } from "./exchange.ts"

/** Where the Functions host puts the messages of a queue that failed five times; it makes that queue only when it needs it. */
export async function poisonQueue(connection: StorageConnection, name: string): Promise<PoisonQueue> {
  const queue = (await connectQueues(connection)).getQueueClient(poisonOf(name))
  return {
    count: () =>
      exchange(
        `count ${poisonOf(name)}`,
        async (abortSignal) => (await queue.getProperties({ abortSignal })).approximateMessagesCount ?? 0,
        { on: { 404: () => 0 } },
      ),
  }
}
