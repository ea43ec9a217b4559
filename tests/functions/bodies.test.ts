import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { localStack } from "../stack.ts"

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream

const MEBIBYTE = 2 ** 20

describe("a request's body", () => {
  let stack: Awaited<ReturnType<typeof localStack>>

  beforeAll(async () => {
    stack = await localStack()
  })
  afterAll(() => stack.close())

  const routes = [
    ["POST", "releases/v1.0.0.1"],
    ["PUT", "version"],
  ] as const

  async function send(method: string, path: string, body: Body): Promise<{ status: number; code: string }> {
    const response = await fetch(`${stack.url}/api/${path}`, {
      method,
      body,
      headers: { "x-functions-key": stack.key },
      ...(body instanceof ReadableStream && { duplex: "half" as const }),
    })
    expect(response.headers.get("content-type")).toBe("application/problem+json")
    const { code } = (await response.json()) as { code: string }
    return { status: response.status, code }
  }

  /** Without a length, as a client sends what it does not know the end of. */
  const chunked = (sizeBytes: number) =>
    ReadableStream.from(Array.from({ length: sizeBytes / 4096 }, () => new Uint8Array(4096).fill(0x20)))

  describe.each(routes)("of %s /api/%s", (method, path) => {
    it.each<[string, () => Body, number, string]>([
      ["is huge", () => " ".repeat(8 * MEBIBYTE), 413, "REQUEST_TOO_LARGE"],
      ["is huge and of unknown length", () => chunked(8 * MEBIBYTE), 413, "REQUEST_TOO_LARGE"],
      ["is just too long", () => " ".repeat(16 * 1024 + 1), 413, "REQUEST_TOO_LARGE"],
      ["is no JSON", () => "version=1.0.0.2", 400, "REQUEST_INVALID"],
      ["is half of JSON", () => '{"dryRun":', 400, "REQUEST_INVALID"],
      ["is no text", () => new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 400, "REQUEST_INVALID"],
      ["is lists in lists", () => "[".repeat(8000) + "]".repeat(8000), 400, "REQUEST_INVALID"],
      ["is objects in objects", () => `${'{"a":'.repeat(2700)}1${"}".repeat(2700)}`, 400, "REQUEST_INVALID"],
      ["never ends its lists", () => "[".repeat(16 * 1024), 400, "REQUEST_INVALID"],
      ["is another's constructor", () => '{"constructor":{"prototype":{}}}', 400, "REQUEST_INVALID"],
      ["is another's prototype", () => '{"__proto__":{"dryRun":true}}', 400, "REQUEST_INVALID"],
    ])("that %s is refused", async (_, body, status, code) => {
      expect(await send(method, path, body())).toEqual({ status, code })
    })

    it("is not looked at without a key", async () => {
      const response = await fetch(`${stack.url}/api/${path}`, { method, body: "{" })
      expect([response.status, await response.text()]).toEqual([401, ""])
    })
  })

  it("may fill its limit with blanks", async () => {
    const body = `{"dryRun":true}${" ".repeat(16 * 1024 - 15)}`
    const response = await fetch(`${stack.url}/api/releases/v1.0.0.1`, {
      method: "POST",
      body,
      headers: { "x-functions-key": stack.key },
    })
    expect(response.status).toBe(200)
  })
})
