/**
 * The module `@azure/functions-core`, which exists only inside the real host. @azure/functions requires it at its first
 * registration and remembers the answer for good, "there is none" included: provide it before any entry file loads.
 *
 * Registrations happen once per import, so they are kept for the life of the process, the last one of a name winning:
 * a second host in the same process serves them without importing anything again.
 */
import Module from "node:module"
import type { CoreLogLevel, FunctionCallback, FunctionMetadata, ProgrammingModel } from "./core-protocol.ts"

export interface RegisteredFunction {
  metadata: FunctionMetadata
  callback: FunctionCallback
  /** Of the very copy of the library that registered it: a bundle carries its own. */
  model: ProgrammingModel
}

type SystemLog = (level: CoreLogLevel, message: string) => void

const registered = new Map<string, RegisteredFunction>()
const systemLogs = new Set<SystemLog>()
let currentModel: ProgrammingModel | undefined
let provided = false

const core = {
  setProgrammingModel(model: ProgrammingModel): void {
    currentModel = model
  },
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): void {
    if (currentModel === undefined) throw new Error(`${metadata.name} was registered before its programming model.`)
    registered.set(metadata.name, { metadata, callback, model: currentModel })
  },
  registerHook(name: string): never {
    throw new Error(`The local functions host runs no ${name} hooks.`)
  },
  log(level: CoreLogLevel, _category: string, message: string): void {
    for (const log of systemLogs) log(level, message)
  },
}

/** Puts the module in place, once per process and for both `require` and bundles; it stays. */
export function provideCoreModule(): void {
  if (provided) return
  provided = true
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown }
  const load = loader._load
  loader._load = (request, ...rest) =>
    request === "@azure/functions-core" ? core : Reflect.apply(load, loader, [request, ...rest])
}

/** Everything registered in this process so far. */
export function registeredFunctions(): RegisteredFunction[] {
  return [...registered.values()]
}

/**
 * Forgets all registrations: for tests that register inline. What a module registered at its import does not come
 * back.
 */
export function forgetRegistrations(): void {
  registered.clear()
}

/** Hears what the library itself has to say. Returns the way to stop listening. */
export function onSystemLog(log: SystemLog): () => void {
  systemLogs.add(log)
  return () => systemLogs.delete(log)
}
