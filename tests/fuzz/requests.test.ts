import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { localStack } from "../stack.ts"
import { dice, manyTries } from "./dice.ts"

const MARK = "<script>fuzz</script>"
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(MARK, "..", "%2e%2e%2f", "v1.0.0.1", "null", ""),
)
const routes = fc.constantFrom(
  ...([
    ["POST", "releases/"],
    ["GET", "releases/"],
    ["PUT", "version"],
    ["GET", "verify?checks=none,"],
    ["GET", "reports/"],
    ["GET", "badge.svg?"],
    ["GET", "metrics?"],
  ] as const),
)
const body = fc.oneof(
  fc.json(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  fc
    .dictionary(fc.constantFrom("dryRun", "version", "force", "allowSameBytes", "__proto__"), fc.jsonValue())
    .map((one) => JSON.stringify(one)),
)
const latin = fc.string({ unit: fc.constantFrom(..."abc/*;=,.q0 -\u00ff<>\"'"), maxLength: 40 })
const headers = fc.dictionary(
  fc.constantFrom("accept", "content-type", "if-none-match", "origin", "x-forwarded-host"),
  latin,
)

describe("a request of whatever kind", () => {
  let stack: Awaited<ReturnType<typeof localStack>>
  beforeAll(async () => {
    stack = await localStack()
  })
  afterAll(() => stack.close())

  it("is answered in order, and repeated to nobody as a page", async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(routes, text, body, headers, async ([method, path], more, sent, own) => {
        const response = await fetch(`${stack.url}/api/${path}${encodeURIComponent(more)}`, {
          method,
          headers: { ...own, "x-functions-key": stack.key },
          ...(method !== "GET" && { body: sent }),
        })
        const [type = "", said] = [response.headers.get("content-type") ?? "", await response.text()]
        seen.add(response.status)
        expect(response.status).toBeLessThan(500)
        if (type.includes("html") || type.includes("svg")) expect(said).not.toContain(MARK)
        if (response.status >= 400 && said !== "") {
          expect(type).toBe("application/problem+json")
          expect(JSON.parse(said)).toMatchObject({
            code: expect.stringMatching(/^[A-Z_]+$/),
            remedy: expect.stringMatching(/\.$/),
          })
        }
      }),
      dice(300),
    )
    if (manyTries) expect([...seen]).toEqual(expect.arrayContaining([200, 400, 404]))
    expect(stack.github?.releases("Seregawpn/Nexy_production")).toEqual([])
    expect(stack.entries.filter(({ level }) => level === "error")).toEqual([])
  }, 600_000)
})
