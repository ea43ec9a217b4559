import { type Html, html, trusted } from "../html.ts"

/** What a sign says: never by its colour alone, always by its form, and by a word beside it. */
export type Tone = "good" | "warn" | "bad" | "calm"

const FORMS: { [T in Tone]: string } = {
  good: '<circle cx="8" cy="8" r="8"/><path d="m4.4 8.3 2.4 2.4 4.8-5"/>',
  warn: '<path class="b" d="M8 .8 15.8 15H.2Z"/><path d="M8 6v4m0 2.2v.3"/>',
  bad: '<path class="b" d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7Z"/><path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/>',
  calm: '<circle class="h" cx="8" cy="8" r="7"/><path d="M5 8h6"/>',
}

/** The forms, once a page. */
export const forms: Html = trusted(
  `<svg class="forms" aria-hidden="true" width="0" height="0">${Object.entries(FORMS)
    .map(([tone, form]) => `<symbol id="${tone}" viewBox="0 0 16 16">${form}</symbol>`)
    .join("")}</svg>`,
)

/** A sign, for the eye only. */
export function mark(tone: Tone): Html {
  return html`<svg class="mark ${tone}" aria-hidden="true"><use href="#${tone}"/></svg>`
}

const ICON_COLOURS: { [T in Tone]: string } = { good: "#1a7f4b", warn: "#b26a00", bad: "#c62f2f", calm: "#7a7f87" }

/** The sign of the whole, for the browser's tab. */
export function icon(tone: Tone): Html {
  const drawn = FORMS[tone].replaceAll("<path d", '<path fill="none" stroke="#fff" stroke-width="2" d')
  const fill = ICON_COLOURS[tone]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="${fill}">${drawn}</svg>`
  return html`<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(svg)}">`
}
