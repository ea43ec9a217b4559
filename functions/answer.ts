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
      context.error(details.code, error instanceof Error ? error.message : error)
      const headers = { "content-type": "application/problem+json" }
      return { status: details.status, headers, body: JSON.stringify(details) }
    }
  }
}

/** Log lines of the release in the invocation's own log, fields as JSON. */
export function logTo(context: InvocationContext): Log {
  return (level, message, fields) => context[level](message, ...(fields ? [JSON.stringify(fields)] : []))
}
