import { describe, expect, it } from "vitest"
import { FORMATS } from "../../../shared/alerts/formats.ts"
import { issueBody, issueComment, issueTitle } from "../../../shared/alerts/issue.ts"
import type { Message } from "../../../shared/alerts/state.ts"

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
    const [ours = ""] = /<!date\^\d+\^[^>]*>/.exec(body) ?? []
    expect(body.replace(ours, "")).not.toContain("<")
    expect(body).not.toContain('"verbatim":false')
    expect(body).toContain("&lt;!channel&gt;")
  })

  it.each(["teams", "discord"] as const)("let nothing in a text mean anything to the Markdown of %s", (format) => {
    const body = JSON.stringify(FORMATS[format](message(HOSTILE)))
    expect(body).not.toMatch(/(?<!\\\\)[[*`@<]+(?:x|b|c|everyone|script)/)
  })

  it("mention nobody in Discord", () => {
    expect(FORMATS.discord(message("@everyone"))).toMatchObject({ allowed_mentions: { parse: [] } })
  })

  it.each([
    ["letters", "x"],
    ["what Slack escapes", "&"],
    ["what Markdown escapes", "*"],
    ["three bytes each", "漢"],
    ["pairs", "😀"],
    ["halves of pairs", "\ud83d"],
  ])("stay within what every receiver takes, however long the texts: %s", (_, character) => {
    const long = message(`x${character.repeat(5000)}`, 14)
    const slack = FORMATS.slack(long) as { text: string; blocks: { text?: { text: string } }[] }
    expect(Math.max(...slack.blocks.map(({ text }) => text?.text.length ?? 0))).toBeLessThanOrEqual(3000)
    const discord = FORMATS.discord(long) as { content: string; embeds: { description: string }[] }
    expect(discord.content.length).toBeLessThanOrEqual(2000)
    expect(discord.embeds[0]?.description.length).toBeLessThanOrEqual(4096)
    expect(Buffer.byteLength(JSON.stringify(FORMATS.teams(long)))).toBeLessThanOrEqual(28_000)
    expect(issueBody(long).length).toBeLessThanOrEqual(60_000)
    // Half a character makes a body that receivers refuse, each time anew.
    for (const body of [slack, discord, FORMATS.teams(long), issueBody(long), issueTitle(long)])
      expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/)
  })

  it("cut between escapes, and say that there was more", () => {
    const { text } = FORMATS.slack(message("&".repeat(5000))) as { text: string }
    expect(text).toMatch(/^❌ (&amp;)+…$/)
  })

  it.each(["slack", "teams", "discord"] as const)("count for %s what they do not list", (format) => {
    expect(JSON.stringify(FORMATS[format](message("x", 14)))).toContain("and 9 more")
    expect(JSON.stringify(FORMATS[format](message("x", 5)))).not.toContain("more")
  })

  it.each([
    ["slack", "<!date^1795341600^{date_short} {time}|2026-11-22T10:00:00Z>"],
    ["teams", "{{DATE(2026-11-22T10:00:00Z,SHORT)}} {{TIME(2026-11-22T10:00:00Z)}}"],
    ["discord", "<t:1795341600:f>"],
  ] as const)("tell %s when it happened, since it may come late", (format, time) => {
    expect(JSON.stringify(FORMATS[format](message("x")))).toContain(time)
    expect(JSON.stringify(FORMATS[format]({ ...message("x", 0), kind: "closed" }))).toContain(time)
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
    expect(issueTitle(message("x".repeat(999)))).toHaveLength(200)
  })

  it.each(["@acme", "see @acme/team", "&#64;acme", "&commat;acme", "acme/App#12", "&num;12"])(
    "mentions and references nobody: %s",
    (text) => {
      for (const body of [issueBody(message(text)), issueComment({ ...message(text), kind: "closed" })]) {
        expect(body).not.toMatch(/[@#](?!&#8203;|8203;)/)
        expect(body).not.toMatch(/(?<!\\)&(?!#8203;)/)
      }
    },
  )
})
