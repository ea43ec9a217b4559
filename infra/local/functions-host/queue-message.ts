import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue"
import type { RegisteredFunction } from "./core-module.ts"
import type { TypedData } from "./core-protocol.ts"
import type { QueueSettings } from "./host-json.ts"
import { invoke } from "./invoke.ts"
import type { MessageOutcome, Runtime } from "./runtime.ts"

/** One queue, the queue for what never succeeds, and the function between them. */
export interface QueueTrigger {
  fn: RegisteredFunction
  queue: QueueClient
  poison: QueueClient
  settings: QueueSettings
  /** How long a message stays invisible while it is worked on; renewed at half of it. */
  lockSeconds: number
}

/**
 * Runs the function for one message and settles the message by the outcome, with the rules of Azure's QueueProcessor
 * and its decoding handler: what is no base64 goes to the poison queue at once, what failed `maxDequeueCount` times as
 * well.
 */
export async function handleMessage(
  trigger: QueueTrigger,
  message: DequeuedMessageItem,
  runtime: Runtime,
): Promise<void> {
  const { queue, settings } = trigger
  const { messageId, dequeueCount } = message
  let outcome: MessageOutcome
  try {
    const text = settings.base64 ? fromBase64(message.messageText) : message.messageText
    outcome =
      text === undefined || dequeueCount > settings.maxDequeueCount
        ? await poison(trigger, message, message.popReceipt)
        : await attempt(trigger, message, text, runtime)
  } catch (error) {
    // The message becomes visible by itself when its time is over: delivery is at least once.
    runtime.log({ level: "error", message: `Message ${messageId} of ${queue.name} was not settled: ${String(error)}` })
    outcome = "lost"
  }
  runtime.observe({ kind: "settled", queue: queue.name, messageId, dequeueCount, outcome })
}

async function attempt(
  trigger: QueueTrigger,
  message: DequeuedMessageItem,
  text: string,
  runtime: Runtime,
): Promise<MessageOutcome> {
  const { fn, queue, settings } = trigger
  const release = keepInvisible(trigger, message, runtime)
  const succeeded = await invoke(fn, { string: text }, triggerMetadata(message, text), runtime).then(
    () => true,
    () => false,
  )
  const popReceipt = await release()
  if (succeeded) {
    await queue.deleteMessage(message.messageId, popReceipt)
    return "deleted"
  }
  // Work cut short by the end of the host has not failed.
  if (!runtime.abandoned.aborted && message.dequeueCount >= settings.maxDequeueCount) {
    return poison(trigger, message, popReceipt)
  }
  const pauseSeconds = runtime.abandoned.aborted ? 0 : settings.visibilityTimeoutSeconds
  await queue.updateMessage(message.messageId, popReceipt, undefined, pauseSeconds)
  return "returned"
}

async function poison(trigger: QueueTrigger, message: DequeuedMessageItem, popReceipt: string): Promise<"poisoned"> {
  await trigger.poison.createIfNotExists()
  await trigger.poison.sendMessage(message.messageText, { messageTimeToLive: -1 })
  await trigger.queue.deleteMessage(message.messageId, popReceipt)
  return "poisoned"
}

/** Renews the message until the returned function is called, which answers with the receipt that is valid by then. */
function keepInvisible(
  { queue, lockSeconds }: QueueTrigger,
  { messageId, ...message }: DequeuedMessageItem,
  runtime: Runtime,
): () => Promise<string> {
  let { popReceipt } = message
  let renewal = Promise.resolve()
  const renew = async () => {
    try {
      popReceipt = (await queue.updateMessage(messageId, popReceipt, undefined, lockSeconds)).popReceipt ?? popReceipt
      runtime.observe({ kind: "renewed", queue: queue.name, messageId })
    } catch (error) {
      runtime.log({ level: "warning", message: `Message ${messageId} was not renewed: ${String(error)}` })
    }
  }
  const timer = setInterval(() => {
    renewal = renewal.then(renew)
  }, lockSeconds * 500)
  return async () => {
    clearInterval(timer)
    await renewal
    return popReceipt
  }
}

function triggerMetadata(message: DequeuedMessageItem, text: string): Record<string, TypedData> {
  return {
    QueueTrigger: { string: text },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    DequeueCount: { int: message.dequeueCount },
    InsertionTime: { json: JSON.stringify(message.insertedOn) },
    ExpirationTime: { json: JSON.stringify(message.expiresOn) },
    NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
  }
}

/** The text inside, or undefined where .NET's decoder would refuse; Buffer skips what it does not understand. */
function fromBase64(encoded: string): string | undefined {
  const compact = encoded.replace(/\s/g, "")
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined
  return Buffer.from(compact, "base64").toString("utf8")
}
