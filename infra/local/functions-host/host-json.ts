import { Problem } from "../../../shared/problem.ts"

/**
 * The part of host.json that the local host understands:
 * https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
export interface HostJson {
  extensions?: {
    http?: { routePrefix?: string }
    queues?: {
      batchSize?: number
      newBatchThreshold?: number
      maxDequeueCount?: number
      /** `hh:mm:ss`: the pause before a failed message is tried again. */
      visibilityTimeout?: string
      /** `hh:mm:ss` or `hh:mm:ss.fff`. */
      maxPollingInterval?: string
      messageEncoding?: "base64" | "none"
    }
  }
}

export interface QueueSettings {
  batchSize: number
  newBatchThreshold: number
  maxDequeueCount: number
  visibilityTimeoutSeconds: number
  maxPollingIntervalMs: number
  base64: boolean
}

/** Azure waits a minute at most; a person at a terminal should not. */
const localPollingIntervalMs = 250

/** The settings of the queue triggers, with Azure's defaults but for the polling. Throws SETTINGS_INVALID. */
export function queueSettings(hostJson: HostJson): QueueSettings {
  const queues = hostJson.extensions?.queues ?? {}
  const batchSize = Math.min(queues.batchSize ?? 16, 32)
  return {
    batchSize,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(batchSize / 2),
    maxDequeueCount: queues.maxDequeueCount ?? 5,
    visibilityTimeoutSeconds: Math.round(timeSpanMs(queues.visibilityTimeout ?? "00:00:00") / 1000),
    maxPollingIntervalMs:
      queues.maxPollingInterval === undefined ? localPollingIntervalMs : timeSpanMs(queues.maxPollingInterval),
    base64: (queues.messageEncoding ?? "base64") === "base64",
  }
}

function timeSpanMs(text: string): number {
  const match = /^(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$/.exec(text)
  if (match === null) throw new Problem("SETTINGS_INVALID", `host.json: ${text} is no time span, expected hh:mm:ss`)
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number)
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}
