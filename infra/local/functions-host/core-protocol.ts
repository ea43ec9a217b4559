/**
 * What @azure/functions and its host say to each other, as far as HTTP, queues and timers go.
 * Source: https://github.com/Azure/azure-functions-nodejs-worker/tree/v4.x/types-core
 */
import type { InvocationContext } from "@azure/functions"

export type CoreLogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none"
export type CoreLog = (level: CoreLogLevel, category: "user" | "system" | "customMetric", message: string) => void

/** A value on its way into or out of a function: exactly one property is set. */
export interface TypedData {
  string?: string
  json?: string
  bytes?: Uint8Array
  int?: number
  double?: number
  http?: HttpData
}

/** A request when it goes in, a response when it comes out. */
export interface HttpData {
  method?: string
  url?: string
  headers?: Record<string, string>
  query?: Record<string, string>
  params?: Record<string, string>
  body?: TypedData | null
  /** Decimal digits. */
  statusCode?: string
  cookies?: HttpCookie[]
}

export interface HttpCookie {
  name: string
  value: string
  domain?: { value: string }
  path?: { value: string }
  expires?: { value: { seconds: number } }
  secure?: { value: boolean }
  httpOnly?: { value: boolean }
  /** "none" means that the attribute is left out. */
  sameSite?: "none" | "lax" | "strict" | "explicitNone"
  maxAge?: { value: number }
}

/** A trigger, an input or an output as the function registered it, settings included. */
export interface Binding {
  type: string
  direction: "in" | "out"
  [setting: string]: unknown
}

export interface FunctionMetadata {
  name: string
  bindings: Record<string, Binding>
}

export type FunctionCallback = (...inputs: unknown[]) => unknown

/** What goes into one invocation. */
export interface InvocationRequest {
  inputData: { name: string; data: TypedData }[]
  triggerMetadata?: Record<string, TypedData>
}

/** What comes out; `returnValue` carries the HTTP response. */
export interface InvocationResponse {
  returnValue?: TypedData | null
  outputData?: { name: string; data: TypedData }[]
}

export interface CoreInvocationContext {
  invocationId: string
  metadata: FunctionMetadata
  request: InvocationRequest
  log: CoreLog
}

/** The library's side: it turns our data into handler arguments, and the handler's result into our data. */
export interface ProgrammingModel {
  name: string
  version: string
  getInvocationModel(context: CoreInvocationContext): {
    getArguments(): Promise<{ context: InvocationContext; inputs: unknown[] }>
    invokeFunction(context: InvocationContext, inputs: unknown[], handler: FunctionCallback): Promise<unknown>
    getResponse(context: InvocationContext, result: unknown): Promise<InvocationResponse>
  }
}
