import { visible } from "./text.ts"

/** Markup that is safe to put into markup. Made by `html` and `trusted` alone. */
export interface Html {
  readonly [MARKUP]: string
}

const MARKUP = Symbol("markup")

type Insert = Html | string | number | false | undefined | readonly Insert[]

/** Markup whose inserts are escaped, unless they are markup themselves; lists are joined, and nothing shows of false or undefined. */
export function html(texts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return trusted(texts.map((text, index) => text + (index < inserts.length ? written(inserts[index]) : "")).join(""))
}

/** Markup of our own making, such as the style sheet. */
export function trusted(markup: string): Html {
  return { [MARKUP]: markup }
}

/** The text of markup. */
export function markupOf(html: Html): string {
  return html[MARKUP]
}

/** Text in which people have put `code` between backticks. */
export function prose(text: string): Html {
  const parts = text.split(/`([^`]+)`/)
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`
}

function written(insert: Insert): string {
  if (insert === undefined || insert === false) return ""
  if (typeof insert === "string") return escaped(insert)
  if (typeof insert === "number") return String(insert)
  return MARKUP in insert ? insert[MARKUP] : insert.map(written).join("")
}

const ENTITIES: { [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

/** Safe as text and within quotes, in HTML and XML. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
}
