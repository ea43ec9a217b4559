import type { Finding } from "../../checks/check.ts"
import { type Html, html, prose } from "../html.ts"
import { ago, clipped, listed, moment } from "../text.ts"
import { isStale, type Row, rowsOf, type View } from "../view.ts"
import { bars } from "./bars.ts"
import { mark, type Tone } from "./marks.ts"

/** Of one check; the JSON has them all. */
const FINDINGS = 20
const MESSAGE_LENGTH = 1000

const OUTCOMES: { [O in Row["outcome"]]: { tone: Tone; word: string } } = {
  pass: { tone: "good", word: "Passes" },
  warn: { tone: "warn", word: "Warns" },
  fail: { tone: "bad", word: "Fails" },
  skip: { tone: "calm", word: "Skipped" },
  none: { tone: "calm", word: "Unseen" },
}

/** What was seen too long ago says nothing of now; but a failure that nobody has looked at since is still one. */
const PAST: { [O in Row["outcome"]]?: { tone: Tone; word: string } } = {
  pass: { tone: "calm", word: "Passed" },
  warn: { tone: "calm", word: "Warned" },
}

/** Every check that was looked at: how it ended, what was seen, its last 90 days, and when; and which were not. */
export function checks(view: View): Html {
  const rows = rowsOf(view)
  const seen = rows.filter((row) => row.seen)
  const unseen = rows.filter((row) => !row.seen).map(({ id }) => id)
  const lead = view.report ? "Not part of this run" : "Not looked at yet"
  return html`<section aria-labelledby="checks">
<h2 id="checks">Checks</h2>
${seen.length > 0 && table(seen, view)}
${unseen.length > 0 && html`<p class="small">${lead}: ${listed(unseen)}.</p>`}
</section>`
}

/** The roles are said because narrow screens show the table as blocks, which would take them away. */
function table(rows: readonly Row[], view: View): Html {
  const kind = view.report ? "checks single" : "checks"
  const heads = ["Outcome", "Check", "What was seen", ...(view.report ? [] : ["Last 90 days"]), "When"]
  return html`<table role="table" aria-labelledby="checks" class="${kind}">
<thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => checkRow(row, view))}</tbody></table>
${!view.report && LEGEND}`
}

const LEGEND = html`<p class="small legend" aria-hidden="true"><span>A bar for every day, today on the right:</span>
<span>${key("pass", 8)} nothing failed</span> <span>${key("warn", 13)} warnings</span>
<span>${key("fail", 26)} failures, the taller the more</span></p>`

function key(kind: string, height: number): Html {
  return html`<svg class="bars key" viewBox="0 0 2 28"><path class="${kind}" d="M1 28v-${height}"/></svg>`
}

function checkRow(row: Row, view: View): Html {
  const { id, seen, outcome, standing } = row
  const { tone, word } = (isStale(row, view) && PAST[outcome]) || OUTCOMES[outcome]
  const history = !view.report && html`<td role="cell" class="history">${bars(standing?.days ?? [], view.now)}</td>`
  return html`<tr role="row" class="${tone}"><td role="cell" class="outcome">${mark(tone)} ${word}</td>
<th role="rowheader" scope="row">${seen?.title ?? id} <code>${id}</code></th>
<td role="cell" class="seen">${whatWasSeen(row, view)}</td>${history}
<td role="cell" class="when">${when(row, view)}</td></tr>
`
}

function whatWasSeen({ seen, skipped, standing }: Row, { now, report }: View): Html {
  const { findings, outcome, tries } = seen ?? { findings: [], outcome: "skip", tries: 1 }
  const troubled = outcome === "fail" || outcome === "warn"
  const mending = !report && standing?.down === true && outcome !== "fail"
  return html`${skipped !== undefined && html`<p>Could not be looked at: ${prose(skipped)}</p>`}
${findings.slice(0, FINDINGS).map(finding)}
${findings.length > FINDINGS && html`<p>and ${findings.length - FINDINGS} more</p>`}
${troubled && standing && html`<p class="small">${outcome === "fail" ? "Failing" : "Warning"} since ${moment(standing.since)}, ${ago(standing.since, now)}.</p>`}
${tries > 1 && html`<p class="small">${outcome === "fail" ? "Failed" : "Passed"} after ${tries} tries.</p>`}
${mending && html`<p class="small">Passing again; once more, and it counts as mended.</p>`}`
}

function finding({ outcome, message, code, remedy }: Finding): Html {
  const told = prose(clipped(message, MESSAGE_LENGTH))
  if (outcome === "pass" || outcome === "skip") return html`<p>${told}</p>`
  return html`<p class="trouble">${told} ${code !== undefined && html`<code>${code}</code>`}</p>
${remedy !== undefined && html`<p class="remedy"><b>What to do:</b> ${prose(clipped(remedy, MESSAGE_LENGTH))}</p>`}`
}

function when(row: Row, view: View): Html {
  const { at = "" } = row.seen ?? {}
  const told = view.report ? moment(at) : ago(at, view.now)
  return html`<time datetime="${at}">${told}</time>${isStale(row, view) && html` <b>too long ago</b>`}`
}
