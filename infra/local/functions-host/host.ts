/**
 * The function app on this machine: the registrations of the entry files, driven through @azure/functions' own code.
 */
import { setTimeout as delay } from "node:timers/promises"
import { poisonOf } from "../../../shared/ports/names.ts"
import { Problem } from "../../../shared/problem.ts"
import { onSystemLog, provideCoreModule, registeredFunctions } from "./core-module.ts"
import { type HostJson, queueSettings } from "./host-json.ts"
import { closeServer, createHttpServer, type HttpFunction, listenOn } from "./http-server.ts"
import { listen } from "./queue-listener.ts"
import type { QueueTrigger } from "./queue-message.ts"
import { type HostEvent, type LogEntry, type Runtime, toLogLevel } from "./runtime.ts"
import { type RunningTimer, startTimer } from "./timer.ts"
import { readTrigger, type TriggeredFunction } from "./triggers.ts"

export { forgetRegistrations } from "./core-module.ts"
export type { HostJson } from "./host-json.ts"
export type { HostEvent, LogEntry } from "./runtime.ts"

export interface HostOptions {
  /**
   * Imports the entry files, sources or bundle. Nothing may have registered with @azure/functions before the first host
   * of the process. The host serves all that was ever registered in the process (see core-module.ts).
   */
  load: () => Promise<unknown>
  /** App settings, for `%NAME%` in bindings and for the `connection` of queue triggers. */
  settings?: Record<string, string>
  /** Connection string for queue triggers whose `connection` is not among the settings. */
  storage?: string
  /** 0, the default, lets the system choose. */
  port?: number
  /**
   * Wanted as header `x-functions-key` or `?code=` by every function that is not anonymous; without it all are open.
   */
  keys?: { functionKey: string }
  hostJson?: HostJson
  log?: (entry: LogEntry) => void
  /** Is told what the host did: what a test waits for. */
  observe?: (event: HostEvent) => void
  now?: () => Date
  /**
   * How long a message stays invisible while it is worked on, default 30; Azure takes 600, which after a crash here
   * would mean ten minutes of waiting.
   */
  messageLockSeconds?: number
  /** How long close() waits for work in flight, default 3,000. */
  closeTimeoutMs?: number
}

export interface FunctionInfo {
  name: string
  trigger: "http" | "queue" | "timer"
  route?: string
  methods?: string[]
  queue?: string
  schedule?: string
}

export interface FunctionsHost {
  /** `http://127.0.0.1:<port>`. */
  url: string
  functions: FunctionInfo[]
  /** Runs a timer function now, whatever its schedule; rejects with what it throws. */
  runTimer(name: string): Promise<void>
  /** Takes no more work, waits a bounded time for what is under way, then lets go: its messages are delivered again. */
  close(): Promise<void>
}

/** Loads the entry files and serves them on 127.0.0.1. Throws SETTINGS_INVALID, or what an entry file throws. */
export async function startFunctionsHost(options: HostOptions): Promise<FunctionsHost> {
  const stopping = new AbortController()
  const abandoned = new AbortController()
  const runtime = runtimeOf(options, stopping.signal, abandoned.signal)
  const stopSystemLog = onSystemLog((level, message) => runtime.log({ level: toLogLevel(level), message }))
  try {
    provideCoreModule()
    await options.load()
    const functions = readTriggers(options, runtime)
    const queues = await openQueues(functions, options)
    const server = createHttpServer(functions.filter(isHttp), options.keys?.functionKey, runtime)
    const url = await listenOn(server, options.port ?? 0)
    // Nothing fails from here on, so nothing has to be taken back.
    const timers = startTimers(functions, runtime)
    const listeners = queues.map((queue) => listen(queue, runtime))

    async function close(): Promise<void> {
      stopping.abort()
      for (const timer of timers.values()) timer.stop()
      const idle = Promise.all([
        closeServer(server),
        ...listeners,
        ...[...timers.values()].map((timer) => timer.idle()),
      ])
      await withTimeout(idle, options.closeTimeoutMs ?? 3000)
      abandoned.abort()
      server.closeAllConnections()
      await withTimeout(idle, settleTimeoutMs)
      stopSystemLog()
    }

    async function runTimer(name: string): Promise<void> {
      const timer = timers.get(name)
      if (timer === undefined) throw new Problem("NOT_FOUND", `No timer function is named ${name}`)
      await timer.run()
    }

    return { url, functions: functions.map(describe), runTimer, close }
  } catch (error) {
    stopSystemLog()
    throw error
  }
}

/** For giving back the messages of abandoned work. */
const settleTimeoutMs = 1000

function runtimeOf(options: HostOptions, stopping: AbortSignal, abandoned: AbortSignal): Runtime {
  const { log = () => undefined, observe = () => undefined, now = () => new Date() } = options
  return { log, observe, now, stopping, abandoned }
}

function readTriggers(options: HostOptions, runtime: Runtime): TriggeredFunction[] {
  const { settings = {}, storage, hostJson = {} } = options
  const registered = registeredFunctions()
  if (registered.length === 0) {
    throw new Problem("INTERNAL", "No function was registered with the local functions host", {
      remedy: "Start the host before anything registers with @azure/functions: it looks for its host only once.",
    })
  }
  return registered.flatMap((fn) => {
    const triggered = readTrigger(fn, { settings, storage, hostJson })
    if (triggered !== undefined) return [triggered]
    runtime.log({
      level: "warning",
      message: "Not served: no local trigger of its kind",
      functionName: fn.metadata.name,
    })
    return []
  })
}

async function openQueues(functions: TriggeredFunction[], options: HostOptions): Promise<QueueTrigger[]> {
  const settings = queueSettings(options.hostJson ?? {})
  const queues = functions.filter((one) => one.trigger === "queue")
  if (queues.length === 0) return []
  const { QueueClient } = await import("@azure/storage-queue")
  return queues.map(({ fn, connectionString, queueName }) => ({
    fn,
    queue: new QueueClient(connectionString, queueName, { retryOptions: { maxTries: 2, retryDelayInMs: 200 } }),
    poison: new QueueClient(connectionString, poisonOf(queueName)),
    settings,
    lockSeconds: options.messageLockSeconds ?? 30,
  }))
}

function startTimers(functions: TriggeredFunction[], runtime: Runtime): Map<string, RunningTimer> {
  const timers = new Map<string, RunningTimer>()
  for (const one of functions) {
    if (one.trigger !== "timer") continue
    const timer = startTimer(one.fn, one.next, runtime)
    timers.set(one.fn.metadata.name, timer)
    // invoke() logs what a run throws.
    if (one.runOnStartup) timer.run().catch(() => undefined)
  }
  return timers
}

function describe(triggered: TriggeredFunction): FunctionInfo {
  const { trigger } = triggered
  const name = triggered.fn.metadata.name
  switch (trigger) {
    case "http":
      return { name, trigger, route: triggered.route, methods: triggered.methods }
    case "queue":
      return { name, trigger, queue: triggered.queueName }
    case "timer":
      return { name, trigger, schedule: triggered.schedule }
  }
}

function isHttp(triggered: TriggeredFunction): triggered is HttpFunction {
  return triggered.trigger === "http"
}

async function withTimeout(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, delay(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
}
