import type { AlertedCheck, Message, MessageKind } from "./state.ts"
import { type Escape, forMarkdown, forSlack, safe } from "./text.ts"

export type WebhookFormat = "slack" | "teams" | "discord" | "json"

/** The body that each kind of receiver wants. */
export const FORMATS: { readonly [Format in WebhookFormat]: (message: Message) => unknown } = {
  slack: slackMessage,
  teams: teamsMessage,
  discord: discordMessage,
  json: jsonMessage,
}

/** More checks than this are counted, not listed. */
const LISTED = 5

/**
 * How long the parts of a message may be, with their escapes. Together they stay within what the strictest takes: Discord
 * 2,000 characters of content and 4,096 of an embed, Slack 3,000 a section, Teams 28 kB in all.
 */
const LIMITS = { sentence: 600, title: 80, text: 320 }

/** Plain JSON, for whoever reads it by program. `id` is the same when a message comes again. */
function jsonMessage({ id, kind, at, product, sentence, checks }: Message): unknown {
  return { id, event: kind, product, at, sentence, checks }
}

/** Slack's incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
function slackMessage(message: Message): unknown {
  const text = headline(message, forSlack)
  // Verbatim: otherwise Slack makes links and mentions of what only looks like them.
  const section = (body: string) => ({ type: "section", text: { type: "mrkdwn", text: body, verbatim: true } })
  const { seconds, plain } = timeOf(message)
  const time = { type: "mrkdwn", text: `<!date^${seconds}^{date_short} {time}|${plain}>`, verbatim: true }
  return {
    text,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      section(text),
      ...lines(message, forSlack).map((line) => section(`• ${line}`)),
      { type: "context", elements: [time] },
    ],
  }
}

/** An Adaptive Card in a message, as the Workflows webhook of Teams takes it; text blocks are Markdown. */
function teamsMessage(message: Message): unknown {
  const block = (text: string, style: object = {}) => ({ type: "TextBlock", wrap: true, text, ...style })
  const { plain } = timeOf(message)
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(headline(message, forMarkdown), { weight: "bolder" }),
      ...lines(message, forMarkdown).map((line) => block(line)),
      block(`{{DATE(${plain},SHORT)}} {{TIME(${plain})}}`, { isSubtle: true }),
    ],
  }
  const contentType = "application/vnd.microsoft.card.adaptive"
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] }
}

/** Discord's webhook; nobody is mentioned, whatever the texts say. */
function discordMessage(message: Message): unknown {
  const description = lines(message, forMarkdown).map((line) => `- ${line}`)
  return {
    content: `${headline(message, forMarkdown)} (<t:${timeOf(message).seconds}:f>)`,
    allowed_mentions: { parse: [] },
    ...(description.length > 0 && { embeds: [{ description: description.join("\n") }] }),
  }
}

const SIGNS: { readonly [Kind in MessageKind]: string } = { opened: "❌", changed: "❌", closed: "✅", healed: "⚠️" }

function headline({ kind, sentence }: Message, quote: Escape): string {
  return `${SIGNS[kind]} ${safe(sentence, quote, LIMITS.sentence)}`
}

function lines({ checks }: Message, quote: Escape): string[] {
  const rest = checks.length - LISTED
  const listed = checks.slice(0, LISTED).map((check) => checkLine(check, quote))
  return rest > 0 ? [...listed, `and ${rest} more`] : listed
}

function checkLine({ title, message, code, remedy }: AlertedCheck, quote: Escape): string {
  const name = safe(title, quote, LIMITS.title)
  const what = `${name}: ${code ? `${safe(code, quote, LIMITS.title)}: ` : ""}${safe(message, quote, LIMITS.text)}.`
  return remedy ? `${what} What to do: ${safe(remedy, quote, LIMITS.text)}` : what
}

/** When it happened: a message may come an hour late. Without fractions, which Teams does not understand. */
function timeOf({ at }: Message): { seconds: number; plain: string } {
  return { seconds: Math.floor(Date.parse(at) / 1000), plain: `${at.slice(0, "2026-11-22T10:00:00".length)}Z` }
}
