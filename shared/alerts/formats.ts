import type { AlertedCheck, Message } from "./message.ts"

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

/** The receivers cut or refuse longer texts (Slack: 3,000 characters a section; Discord: 4,096 a description). */
const TEXT_LIMIT = 2800

/** Plain JSON, for whoever reads it by program. `id` is the same when a message comes again. */
function jsonMessage({ id, kind, at, product, sentence, checks }: Message): unknown {
  return { id, event: kind, product, at, sentence, checks }
}

/** Slack's incoming webhook: https://docs.slack.dev/messaging/formatting-message-text (only & < > are special). */
function slackMessage(message: Message): unknown {
  const safe = (text: string) => oneLine(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
  const text = `${signOf(message)} ${safe(message.sentence)}`
  const lines = listed(message).map((check) => `• ${checkLine(check, safe)}`)
  const section = (body: string) => ({ type: "section", text: { type: "mrkdwn", text: body.slice(0, TEXT_LIMIT) } })
  return {
    text: text.slice(0, TEXT_LIMIT),
    blocks: [section(text), ...(lines.length > 0 ? [section(lines.join("\n"))] : [])],
  }
}

/** An Adaptive Card, as the Workflows webhook of Teams takes it. */
function teamsMessage(message: Message): unknown {
  const block = (text: string, style: object = {}) => ({
    type: "TextBlock",
    wrap: true,
    text: text.slice(0, TEXT_LIMIT),
    ...style,
  })
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(`${signOf(message)} ${unmarked(message.sentence)}`, { weight: "bolder" }),
      ...listed(message).map((check) => block(checkLine(check, unmarked))),
    ],
  }
  return { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: card }] }
}

/** Discord's webhook; nobody is mentioned, whatever the texts say. */
function discordMessage(message: Message): unknown {
  const lines = listed(message).map((check) => `- ${checkLine(check, unmarked)}`)
  return {
    content: `${signOf(message)} ${unmarked(message.sentence)}`.slice(0, 1900),
    allowed_mentions: { parse: [] },
    ...(lines.length > 0 && { embeds: [{ description: lines.join("\n").slice(0, TEXT_LIMIT) }] }),
  }
}

function signOf({ kind }: Message): string {
  return kind === "closed" ? "✅" : "❌"
}

function listed({ checks }: Message): AlertedCheck[] {
  return checks.slice(0, LISTED)
}

function checkLine({ title, message, code, remedy }: AlertedCheck, safe: (text: string) => string): string {
  const what = `${safe(title)}: ${code ? `${safe(code)}: ` : ""}${safe(message)}.`
  return remedy ? `${what} What to do: ${safe(remedy)}` : what
}

/** Text in which Markdown means nothing: every character that could is escaped. */
export function unmarked(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()#+\-.!|~<>@:]/g, "\\$&")
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, " ")
}
