import { HttpRequest } from "@azure/functions"
import { describe, expect, it } from "vitest"
import { bodyOf } from "../../functions/body.ts"

const PIECE = new Uint8Array(1024).fill(0x20)

/** A request whose body never ends, and what became of it. */
function endless(headers: Record<string, string> = {}) {
  const seen = { pieces: 0, cancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.pieces++
        controller.enqueue(PIECE)
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { request: requestOf(body, headers), seen }
}

/** The library itself makes requests of whole bodies only; the host may stream them. */
function requestOf(body: ReadableStream<Uint8Array>, headers: Record<string, string> = {}): HttpRequest {
  return new Proxy(new HttpRequest({ method: "POST", url: "http://127.0.0.1/", headers }), {
    get: (target, name) => (name === "body" ? body : Reflect.get(target, name, target)),
  })
}

describe("the body of a request", () => {
  it("is read no further than its limit, and the rest is sent away", async () => {
    const { request, seen } = endless()
    await expect(bodyOf(request)).rejects.toMatchObject({ code: "REQUEST_TOO_LARGE" })
    expect(seen).toEqual({ pieces: 17, cancelled: true })
  })

  it("is not begun when it is said to be too long", async () => {
    const { request, seen } = endless({ "content-length": "16385" })
    await expect(bodyOf(request)).rejects.toMatchObject({ code: "REQUEST_TOO_LARGE" })
    expect(seen.pieces).toBe(0)
  })

  it("is text, whatever its letters are and wherever it is cut", async () => {
    const bytes = Buffer.from('{"version":"ü€😀"}')
    const body = ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte)))
    expect(await bodyOf(requestOf(body))).toBe('{"version":"ü€😀"}')
  })

  it("may be absent", async () => {
    expect(await bodyOf(new HttpRequest({ method: "POST", url: "http://127.0.0.1/" }))).toBe("")
  })
})
