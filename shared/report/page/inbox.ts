import { type Html, html, prose } from "../html.ts"
import type { View } from "../view.ts"
import { type Waiting, waiting } from "../waiting.ts"

/** What waits in the inbox, and for what. */
export function inbox(view: View): Html {
  const all = waiting(view)
  return html`<section aria-labelledby="inbox">
<h2 id="inbox">Waiting in the inbox</h2>
${all.length === 0 ? html`<p>Nothing waits.</p>` : html`<ul class="waits">${all.slice(0, SHOWN).map(item)}</ul>`}
${all.length > SHOWN && html`<p class="small">and ${all.length - SHOWN} more</p>`}
</section>`
}

/** Somebody may drop a whole disk into the inbox. */
const SHOWN = 50

function item({ what, why, problem }: Waiting): Html {
  return html`<li><b>${what}</b> <span>${prose(why)}</span>${
    problem && html` <code>${problem.code}</code><p class="remedy"><b>What to do:</b> ${prose(problem.remedy)}</p>`
  }</li>`
}
