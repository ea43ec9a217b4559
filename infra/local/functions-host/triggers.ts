import { Problem } from "../../../shared/problem.ts"
import type { RegisteredFunction } from "./core-module.ts"
import type { HostJson } from "./host-json.ts"
import type { HttpFunction } from "./http-server.ts"
import { triggerBinding } from "./invoke.ts"
import { resolveSettings } from "./setting-expressions.ts"
import { parseSchedule, type Schedule } from "./timer.ts"

export interface QueueFunction {
  trigger: "queue"
  fn: RegisteredFunction
  queueName: string
  connectionString: string
}

export interface TimerFunction {
  trigger: "timer"
  fn: RegisteredFunction
  /** As written, six fields. */
  schedule: string
  next: Schedule
  runOnStartup: boolean
}

export type TriggeredFunction = HttpFunction | QueueFunction | TimerFunction

export interface TriggerOptions {
  settings: Record<string, string>
  /** Serves queue triggers whose `connection` no setting names. */
  storage: string | undefined
  hostJson: HostJson
}

/**
 * What starts a registered function, with its settings filled in; undefined for a kind of trigger that is not served
 * here. Throws SETTINGS_INVALID for a missing setting, an unreadable schedule, or a queue without a storage account.
 */
export function readTrigger(fn: RegisteredFunction, options: TriggerOptions): TriggeredFunction | undefined {
  const binding = triggerBinding(fn)
  const text = (name: string, otherwise = ""): string =>
    resolveSettings(String(binding[name] ?? otherwise), options.settings)
  switch (binding.type.toLowerCase()) {
    case "httptrigger": {
      const prefix = options.hostJson.extensions?.http?.routePrefix ?? "api"
      const route = `${prefix}/${text("route", fn.metadata.name)}`.replace(/^\/+/, "")
      const methods = (binding.methods as string[]).map((method) => method.toUpperCase())
      return { trigger: "http", fn, route, methods, authLevel: text("authLevel", "anonymous").toLowerCase() }
    }
    case "queuetrigger": {
      const connection = text("connection", "AzureWebJobsStorage")
      const connectionString = options.settings[connection] ?? options.storage
      if (connectionString === undefined) {
        throw new Problem("SETTINGS_INVALID", `${fn.metadata.name} needs the setting ${connection}`)
      }
      return { trigger: "queue", fn, queueName: text("queueName"), connectionString }
    }
    case "timertrigger": {
      const schedule = text("schedule")
      return {
        trigger: "timer",
        fn,
        schedule,
        next: parseSchedule(schedule),
        runOnStartup: binding.runOnStartup === true,
      }
    }
    default:
      return undefined
  }
}
