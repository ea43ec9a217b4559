import { tell, type Verdict } from "./headline.ts"
import { escaped } from "./html.ts"
import { clipped, sentences, visible } from "./text.ts"
import { liveOf, type View } from "./view.ts"

const VALUES: { [V in Verdict]: { value: string; fill: string } } = {
  proven: { value: "proven", fill: "#1a7f37" },
  failing: { value: "failing", fill: "#c62828" },
  live: { value: "unknown", fill: "#5b636d" },
  stale: { value: "unknown", fill: "#5b636d" },
  nothing: { value: "unknown", fill: "#5b636d" },
}

/** Around each text, in pixels. */
const PADDING = 7

const LABEL_LENGTH = 60

/** A badge for READMEs: the product with its live version, and whether it is proven, failing or unknown. */
export function badge(view: View): string {
  const { verdict, says } = tell(view)
  const { value, fill } = VALUES[verdict]
  const live = liveOf(view)
  const label = clipped(visible(live ? `${view.product} ${live.version}` : view.product), LABEL_LENGTH)
  const [labelWidth, valueWidth] = [widthOf(label), widthOf(value)]
  const [left, right] = [labelWidth + 2 * PADDING, valueWidth + 2 * PADDING]
  const text = (said: string, x: number, width: number) =>
    `<text x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escaped(said)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${escaped(`${label}: ${value}`)}">
<title>${escaped(sentences(says))}</title>
<clipPath id="round"><rect width="${left + right}" height="20" rx="4"/></clipPath>
<g clip-path="url(#round)"><rect width="${left}" height="20" fill="#2f353d"/><rect x="${left}" width="${right}" height="20" fill="${fill}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">${text(label, PADDING, labelWidth)}${text(value, left + PADDING, valueWidth)}</g>
</svg>
`
}

/** About as wide as Verdana at 11 pixels would draw it; the drawing is then fitted into exactly that. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += widthOfOne(character)
  return Math.round(width)
}

function widthOfOne(character: string): number {
  if (/[ijl.,:;|!'()[\] ]/.test(character)) return 4
  if (/[mwMW@%]/.test(character)) return 10
  if (/[A-Z]/.test(character)) return 7.6
  return /[ -~]/.test(character) ? 6.8 : 9
}
