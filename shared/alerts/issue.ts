import type { AlertedCheck, Message } from "./state.ts"
import { asItIs, forGithub, safe } from "./text.ts"

/** GitHub cuts a title at 256 characters. */
const TITLE_LIMIT = 200

/** Of one text with its escapes: those of all checks together stay within GitHub's 65,536 characters. */
const TEXT_LIMIT = 1200

/** The issue's title. It is plain text for GitHub. */
export function issueTitle({ sentence }: Message): string {
  return safe(sentence, asItIs, TITLE_LIMIT)
}

/** The issue's text: what is wrong since when, and what to do. */
export function issueBody(message: Message): string {
  if (message.kind === "healed")
    return `${quiet(message.sentence)}.\n\nNothing is left to do here: this issue only tells.`
  return `${quiet(message.sentence)}.\n\n${list(message)}\n\nThis issue is closed when no check fails any more.`
}

/** What is added when something else is wrong than before, or nothing any more. */
export function issueComment(message: Message): string {
  if (message.kind === "closed") return `${quiet(message.sentence)} (${message.at}).`
  return `What fails has changed (${message.at}):\n\n${list(message)}`
}

function list({ checks }: Message): string {
  return checks.map(entry).join("\n")
}

function entry({ id, title, message, code, remedy, since }: AlertedCheck): string {
  const what = `- **${quiet(title)}** (\`${id}\`, since ${since}): ${code ? `\`${code}\`: ` : ""}${quiet(message)}.`
  return remedy ? `${what}\n  What to do: ${quiet(remedy)}` : what
}

function quiet(text: string): string {
  return safe(text, forGithub, TEXT_LIMIT)
}
