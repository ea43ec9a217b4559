import { describe, expect, it } from "vitest"
import { FORMATS } from "../../../shared/alerts/formats.ts"
import { issueBody, issueTitle } from "../../../shared/alerts/issue.ts"
import type { Message } from "../../../shared/alerts/message.ts"

const HOSTILE = "<script> @everyone <!channel> [x](javascript:1) *b* `c` & \u202e\u0000 <https://evil.example|click>"

function message(text: string, count = 1): Message {
  const check = {
    id: "appcast" as const,
    title: text,
    message: text,
    code: "APPCAST_INVALID" as const,
    remedy: text,
    since: "2026-11-22T10:00:00.000Z",
  }
  return {
    id: "A",
    kind: "opened",
    at: "2026-11-22T10:00:00.000Z",
    product: "App",
    sentence: text,
    checks: Array(count).fill(check),
  }
}

describe("the formats", () => {
  it.each(["slack", "teams", "discord", "json"] as const)("tell %s what is wrong and what to do", (format) => {
    const body = JSON.stringify(FORMATS[format](message("all clients see nothing")))
    expect(body).toContain("all clients see nothing")
    expect(body).toContain("APPCAST")
  })

  it("let nothing in a text mean anything to Slack", () => {
    const body = JSON.stringify(FORMATS.slack(message(HOSTILE)))
    expect(body).not.toMatch(/<[^"]/)
    expect(body).toContain("&lt;!channel&gt;")
  })

  it.each(["teams", "discord"] as const)("let nothing in a text mean anything to the Markdown of %s", (format) => {
    const body = JSON.stringify(FORMATS[format](message(HOSTILE)))
    expect(body).not.toMatch(/(?<!\\\\)[[*`@<]+(?:x|b|c|everyone|script)/)
  })

  it("mention nobody in Discord", () => {
    expect(FORMATS.discord(message("@everyone"))).toMatchObject({ allowed_mentions: { parse: [] } })
  })

  it.each(["slack", "teams", "discord"] as const)("stay within what %s takes, however long the texts", (format) => {
    const body = FORMATS[format](message("x".repeat(5000), 14))
    const lengths: number[] = []
    JSON.stringify(body, (_key, value) => {
      if (typeof value === "string") lengths.push(value.length)
      return value
    })
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2800)
  })

  it("give programs everything", () => {
    expect(FORMATS.json(message("x"))).toEqual({
      id: "A",
      event: "opened",
      product: "App",
      at: "2026-11-22T10:00:00.000Z",
      sentence: "x",
      checks: message("x").checks,
    })
  })
})

describe("the issue", () => {
  it("says what is wrong since when, and lets no text mean anything", () => {
    const body = issueBody(message(HOSTILE))
    expect(body).toContain("since 2026-11-22T10:00:00.000Z")
    expect(body).toContain("What to do:")
    expect(body).not.toContain("<script>")
    expect(body).not.toMatch(/(?<!\\)@everyone/)
    expect(issueTitle(message("x".repeat(999)))).toHaveLength(200)
  })
})
