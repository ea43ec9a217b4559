import type { IncomingMessage } from "node:http"
import type { HttpCookie, HttpData, TypedData } from "./core-protocol.ts"

/**
 * Azure takes no larger body.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits
 */
const bodyLimitBytes = 100 * 1024 * 1024

/** The whole body, or undefined when it is larger than Azure takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimitBytes) return undefined
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > bodyLimitBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * The request as the host hands it to the library; repeated headers and query keys are joined by commas, as Azure
 * does.
 */
export function toHttpData(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  body: Buffer,
): { http: HttpData } {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  const query = [...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key).join(",")])
  return {
    http: {
      method: request.method ?? "GET",
      url: url.href,
      headers: Object.fromEntries(headers),
      query: Object.fromEntries(query),
      params,
      body: body.length === 0 ? null : { bytes: body },
    },
  }
}

export interface HttpAnswer {
  status: number
  headers: Record<string, string | string[]>
  body: Uint8Array
}

/** What goes over the wire. A function that returned nothing answers 204, as in Azure. */
export function toHttpAnswer(returned: TypedData | null | undefined): HttpAnswer {
  const http = returned?.http
  if (http === undefined) return { status: 204, headers: {}, body: new Uint8Array() }
  const headers: HttpAnswer["headers"] = {}
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    // The length and the framing are ours to say.
    if (!["content-length", "transfer-encoding", "connection"].includes(name)) headers[name] = value
  }
  if (http.cookies !== undefined && http.cookies.length > 0) headers["set-cookie"] = http.cookies.map(setCookie)
  return { status: Number(http.statusCode ?? 200), headers, body: http.body?.bytes ?? new Uint8Array() }
}

function setCookie(cookie: HttpCookie): string {
  const parts = [`${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`]
  if (cookie.maxAge) parts.push(`Max-Age=${cookie.maxAge.value}`)
  if (cookie.domain) parts.push(`Domain=${cookie.domain.value}`)
  if (cookie.path) parts.push(`Path=${cookie.path.value}`)
  if (cookie.expires) parts.push(`Expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`)
  if (cookie.httpOnly?.value) parts.push("HttpOnly")
  if (cookie.secure?.value) parts.push("Secure")
  if (cookie.sameSite === "lax") parts.push("SameSite=Lax")
  if (cookie.sameSite === "strict") parts.push("SameSite=Strict")
  if (cookie.sameSite === "explicitNone") parts.push("SameSite=None")
  return parts.join("; ")
}
