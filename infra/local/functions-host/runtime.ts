import type { CoreLogLevel } from "./core-protocol.ts"

export type LogLevel = "trace" | "debug" | "information" | "warning" | "error"

export interface LogEntry {
  level: LogLevel
  message: string
  functionName?: string
  invocationId?: string
}

/** What the host did, told when it is done: tests wait for these instead of sleeping. */
export type HostEvent =
  | { kind: "invoked"; functionName: string; invocationId: string; error?: unknown }
  | { kind: "polled"; queue: string; received: number }
  | { kind: "renewed"; queue: string; messageId: string }
  | { kind: "settled"; queue: string; messageId: string; dequeueCount: number; outcome: MessageOutcome }

/** `deleted` after success, `returned` for another try, `poisoned` after the last one, `lost` to a failing storage. */
export type MessageOutcome = "deleted" | "returned" | "poisoned" | "lost"

/** What every trigger needs of the host it runs in. */
export interface Runtime {
  log: (entry: LogEntry) => void
  observe: (event: HostEvent) => void
  now: () => Date
  /** Aborted first: take no new work. */
  stopping: AbortSignal
  /** Aborted when the patience with work in flight is over: let go of it. */
  abandoned: AbortSignal
}

/** The library knows two levels more than our log. */
export function toLogLevel(level: CoreLogLevel): LogLevel {
  if (level === "critical") return "error"
  return level === "none" ? "information" : level
}
