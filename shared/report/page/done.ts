import { type Html, html, prose } from "../html.ts"
import { type Point, points } from "../points.ts"
import { clipped } from "../text.ts"
import type { View } from "../view.ts"
import { mark, type Tone } from "./marks.ts"

const TONES: { [A in Point["answer"]]: Tone } = { yes: "good", no: "bad", "not known": "calm" }

/** Evidence is told in full by the checks. */
const EVIDENCE_LENGTH = 160

/** The five points of "done", in a row. */
export function done(view: View): Html {
  return html`<section aria-labelledby="done">
<h2 id="done">Done means</h2>
<ol class="points">${points(view).map(point)}</ol>
</section>`
}

function point({ title, answer, evidence }: Point): Html {
  const tone = TONES[answer]
  return html`<li class="${tone}"><p class="answer">${mark(tone)} ${sentence(answer)}</p>
<h3>${title}</h3>
<p class="small">${prose(clipped(evidence, EVIDENCE_LENGTH))}</p></li>`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
