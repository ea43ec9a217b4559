import { unmarked } from "./formats.ts"
import type { AlertedCheck, Message } from "./message.ts"

/** GitHub cuts a title at 256 characters. */
const TITLE_LIMIT = 200

/** The issue's title. It is plain text for GitHub. */
export function issueTitle({ sentence }: Message): string {
  return sentence.replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, TITLE_LIMIT)
}

/** The issue's text: what is wrong since when, and what to do. */
export function issueBody(message: Message): string {
  return `${unmarked(message.sentence)}.\n\n${list(message)}\n\nThis issue is closed when no check fails any more.`
}

/** What is added when something else is wrong than before, or nothing any more. */
export function issueComment(message: Message): string {
  if (message.kind === "closed") return `${unmarked(message.sentence)} (${message.at}).`
  return `What fails has changed (${message.at}):\n\n${list(message)}`
}

function list({ checks }: Message): string {
  return checks.map(entry).join("\n")
}

function entry({ id, title, message, code, remedy, since }: AlertedCheck): string {
  const what = `- **${unmarked(title)}** (\`${id}\`, since ${since}): ${code ? `\`${code}\`: ` : ""}${unmarked(message)}.`
  return remedy ? `${what}\n  What to do: ${unmarked(remedy)}` : what
}
