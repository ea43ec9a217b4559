/** Writes one character so that it means nothing to whoever shows the text. */
export type Escape = (character: string) => string

/** What no message needs: controls, line breaks, marks that hide or turn text around, halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/**
 * A text on one line in which nothing means anything. With its escapes it is at most `limit` UTF-16 units long; it is cut
 * between characters, never inside an escape, and `…` says that there was more.
 */
export function safe(text: string, quote: Escape, limit: number): string {
  let written = ""
  for (const character of text.replace(UNSEEN, " ")) {
    const next = quote(character)
    if (written.length + next.length >= limit) return `${written}…`
    written += next
  }
  return written
}

/** For what is shown as it stands. */
export const asItIs: Escape = (character) => character

/** Slack: only these three are special (https://docs.slack.dev/messaging/formatting-message-text). */
export const forSlack: Escape = (character) => ENTITIES[character] ?? character

const ENTITIES: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

/** Markdown, where a backslash takes the meaning from any ASCII punctuation (CommonMark 2.4; Discord does the same). */
export const forMarkdown: Escape = (character) => (MARKS.test(character) ? `\\${character}` : character)

const MARKS = /^[\\`*_{}[\]()#+\-.!|~<>@:&]$/

/**
 * Markdown on GitHub, which looks for mentions and references after the backslashes are gone: only a zero-width space keeps
 * them apart (https://github.com/github/markup/issues/1168).
 */
export const forGithub: Escape = (character) => `${forMarkdown(character)}${/^[@#]$/.test(character) ? "&#8203;" : ""}`
