import { randomUUID } from "node:crypto"
import type { RegisteredFunction } from "./core-module.ts"
import type { InvocationResponse, TypedData } from "./core-protocol.ts"
import { type Runtime, toLogLevel } from "./runtime.ts"

/**
 * Runs a function once, through the library's own converters. What the handler throws is logged and thrown on. An
 * invocation cannot be cancelled: when the host abandons its work, the promise rejects and the handler runs on
 * unheard.
 */
export async function invoke(
  fn: RegisteredFunction,
  input: TypedData,
  triggerMetadata: Record<string, TypedData>,
  runtime: Runtime,
): Promise<InvocationResponse> {
  const functionName = fn.metadata.name
  const invocationId = randomUUID()
  const say = (level: "debug" | "error", message: string) => runtime.log({ level, message, functionName, invocationId })
  const startedAt = performance.now()
  say("debug", "Executing")
  try {
    const response = await unlessAborted(runtime.abandoned, run(fn, input, triggerMetadata, invocationId, runtime))
    say("debug", `Executed in ${Math.round(performance.now() - startedAt)} ms`)
    runtime.observe({ kind: "invoked", functionName, invocationId })
    return response
  } catch (error) {
    say("error", `Failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    runtime.observe({ kind: "invoked", functionName, invocationId, error })
    throw error
  }
}

async function run(
  fn: RegisteredFunction,
  input: TypedData,
  triggerMetadata: Record<string, TypedData>,
  invocationId: string,
  runtime: Runtime,
): Promise<InvocationResponse> {
  const { metadata, callback } = fn
  const model = fn.model.getInvocationModel({
    invocationId,
    metadata,
    request: { inputData: [{ name: triggerBinding(fn).name, data: input }], triggerMetadata },
    log: (level, _category, message) =>
      runtime.log({ level: toLogLevel(level), message, functionName: metadata.name, invocationId }),
  })
  const { context, inputs } = await model.getArguments()
  const result = await model.invokeFunction(context, inputs, callback)
  return model.getResponse(context, result)
}

/** The binding that starts the function, with the name the library gave it. */
export function triggerBinding(fn: RegisteredFunction): { name: string; type: string; [setting: string]: unknown } {
  for (const [name, binding] of Object.entries(fn.metadata.bindings)) {
    if (/trigger$/i.test(binding.type)) return { ...binding, name }
  }
  throw new Error(`${fn.metadata.name} has no trigger.`)
}

async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(new Error("The host stopped before the function ended."))
  if (signal.aborted) abort()
  signal.addEventListener("abort", abort)
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener("abort", abort)
  }
}
