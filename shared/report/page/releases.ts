import { lastHealed } from "../../release/drift.ts"
import type { Phase, ReleaseRecord } from "../../release/model.ts"
import { type Html, html, prose } from "../html.ts"
import { type Milestone, milestones, wholeMs } from "../milestones.ts"
import { counted, duration, followable, moment } from "../text.ts"
import type { View } from "../view.ts"
import { mark, type Tone } from "./marks.ts"

/** How many releases are open at first sight. */
const OPEN = 3

const PHASES: { [P in Phase]: { tone: Tone; word: string } } = {
  waiting: { tone: "calm", word: "Waits" },
  publishing: { tone: "calm", word: "Being published" },
  blocked: { tone: "bad", word: "Blocked" },
  failed: { tone: "bad", word: "Failed, tried again soon" },
  complete: { tone: "good", word: "Complete" },
}

/** Each release as a line from upload to proof, with the time between. */
export function releases({ releases: all }: View): Html {
  const [recent, earlier] = [all.slice(0, OPEN), all.slice(OPEN)]
  return html`<section aria-labelledby="releases">
<h2 id="releases">Releases</h2>
${all.length === 0 && html`<p>Nothing has been released yet.</p>`}
${recent.map(release)}
${earlier.length > 0 && html`<details><summary>${counted(earlier.length, "earlier release")}</summary>${earlier.map(release)}</details>`}
</section>`
}

function release(record: ReleaseRecord): Html {
  const { tag, phase, problem } = record
  const url = followable(record.release?.url)
  const name = url === undefined ? html`${tag}` : html`<a href="${url}" rel="noreferrer">${tag}</a>`
  const { tone, word } = PHASES[phase]
  const way = milestones(record)
  const whole = wholeMs(way)
  const healed = lastHealed(record)
  return html`<article class="release"><h3>${name}</h3>
<p class="phase ${tone}">${mark(tone)} ${word}${whole !== undefined && html` <span class="small">${duration(whole)} in all</span>`}</p>
${problem && html`<p class="trouble">${prose(problem.message)} <code>${problem.code}</code></p><p class="remedy"><b>What to do:</b> ${prose(problem.remedy)}</p>`}
${healed && html`<p class="small">The manifest on the update server was another, and was put right at ${moment(healed.at)}.</p>`}
<ol class="way">${way.map((each, index) => milestone(each, way.slice(index)))}</ol></article>
`
}

function milestone({ name, at, tookMs }: Milestone, further: readonly Milestone[]): Html {
  if (at === undefined) {
    const passed = further.some((each) => each.at !== undefined)
    return html`<li class="open"><span>${name}</span> <span class="small">${passed ? "not noted" : "not yet"}</span></li>`
  }
  const told = tookMs === undefined ? moment(at) : `+ ${duration(tookMs)}`
  return html`<li><span>${name}</span> <time class="small" datetime="${at}">${told}</time></li>`
}
