import { setTimeout as delay } from "node:timers/promises"
import type { DequeuedMessageItem } from "@azure/storage-queue"
import { handleMessage, type QueueTrigger } from "./queue-message.ts"
import type { Runtime } from "./runtime.ts"

const minPollingIntervalMs = 25

/**
 * Polls a queue until the host stops, then waits for the messages under way. At most `batchSize + newBatchThreshold`
 * messages are worked on at a time; an empty queue is asked less and less often, up to `maxPollingIntervalMs`.
 */
export async function listen(trigger: QueueTrigger, runtime: Runtime): Promise<void> {
  const { queue, settings } = trigger
  const underWay = new Set<Promise<void>>()
  const receive = receiver(trigger, runtime)
  let pauseMs = minPollingIntervalMs
  while (!runtime.stopping.aborted) {
    const messages = await receive()
    if (runtime.stopping.aborted) await handBack(trigger, messages)
    if (runtime.stopping.aborted) break
    runtime.observe({ kind: "polled", queue: queue.name, received: messages.length })
    for (const message of messages) {
      const work = handleMessage(trigger, message, runtime).finally(() => underWay.delete(work))
      underWay.add(work)
    }
    while (underWay.size > settings.newBatchThreshold) await Promise.race(underWay)
    pauseMs = messages.length > 0 ? minPollingIntervalMs : Math.min(pauseMs * 2, settings.maxPollingIntervalMs)
    if (messages.length === 0) await delay(pauseMs, undefined, { signal: runtime.stopping }).catch(() => undefined)
  }
  await Promise.all(underWay)
}

/**
 * Receives one batch. A storage that does not answer is an empty queue, said once when it begins and once when it
 * ends.
 */
function receiver({ queue, settings, lockSeconds }: QueueTrigger, runtime: Runtime) {
  let failing = false
  const report = (level: "information" | "warning", message: string) =>
    runtime.log({ level, message: `Queue ${queue.name}: ${message}` })
  return async (): Promise<DequeuedMessageItem[]> => {
    try {
      const { receivedMessageItems } = await receiveOrCreate()
      if (failing) report("information", "polled again")
      failing = false
      return receivedMessageItems
    } catch (error) {
      if (!failing && !runtime.stopping.aborted) report("warning", `not polled: ${String(error)}`)
      failing = true
      return []
    }
  }

  async function receiveOrCreate() {
    const options = { numberOfMessages: settings.batchSize, visibilityTimeout: lockSeconds }
    try {
      return await queue.receiveMessages(options)
    } catch (error) {
      if ((error as { code?: unknown }).code !== "QueueNotFound") throw error
      await queue.createIfNotExists()
      return queue.receiveMessages(options)
    }
  }
}

/** What came in while the host was told to stop is for the next one, at once. */
async function handBack({ queue }: QueueTrigger, messages: DequeuedMessageItem[]): Promise<void> {
  const returned = messages.map(({ messageId, popReceipt }) => queue.updateMessage(messageId, popReceipt, undefined, 0))
  // One that could not be handed back becomes visible by itself when its lock runs out.
  await Promise.allSettled(returned)
}
