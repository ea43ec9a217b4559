import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions"
import { type Log, problemDetails } from "../shared/app.ts"

type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

/** The handler, with every failure answered as `application/problem+json`. */
export function answering(handler: Handler): Handler {
  return async (request, context) => {
    try {
      return await handler(request, context)
    } catch (error) {
      const details = problemDetails(error)
      const level = details.status < 500 ? "warn" : "error"
      logTo(context)(level, `${details.code}: ${error instanceof Error ? error.message : error}`)
      const headers = { "content-type": "application/problem+json" }
      return { status: details.status, headers, body: JSON.stringify(details) }
    }
  }
}

/**
 * Log lines in the invocation's own log: the text, then JSON that begins with the tag, the run and the step, in every line. The
 * run is the invocation, which is one operation in Application Insights.
 */
export function logTo(context: InvocationContext): Log {
  return (level, message, { tag = "-", step = context.functionName, ...fields } = {}) =>
    context[level](message, JSON.stringify({ tag, run: context.invocationId, step, ...fields }))
}
