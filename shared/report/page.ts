import { createHash } from "node:crypto"
import { tell, type Verdict } from "./headline.ts"
import { type Html, html, markupOf, prose, trusted } from "./html.ts"
import { checks } from "./page/checks.ts"
import { done } from "./page/done.ts"
import { inbox } from "./page/inbox.ts"
import { forms, icon, mark, type Tone } from "./page/marks.ts"
import { releases } from "./page/releases.ts"
import { style } from "./page/style.ts"
import type { Reason, Report } from "./report.ts"
import { ago, duration, moment, sentences } from "./text.ts"
import type { View } from "./view.ts"

const TONES: { [V in Verdict]: Tone } = { proven: "good", live: "calm", failing: "bad", stale: "warn", nothing: "calm" }

/** A sentence of more characters is set smaller. */
const LONG = 80

/** The report for people, as one HTML document. What it needs from its answer's headers is in `pageHeaders`. */
export function page(view: View): string {
  const { says, remedy, verdict } = tell(view)
  const tone = TONES[verdict]
  return markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${says}</title>
${icon(tone)}
<style>${trusted(style)}</style>
</head>
<body>
${forms}
<header class="${tone}">
<p class="product">${view.product}<span> · ${view.report ? "one report" : "release report"}</span></p>
<h1${says.length > LONG && html` class="long"`}>${mark(tone)}<span>${sentences(says)}</span></h1>
${remedy !== undefined && html`<p class="todo"><b>What to do:</b> ${prose(sentences(remedy))}</p>`}
<p class="small">${view.report ? about(view.report) : asOf(view)}</p>
</header>
<main>
${done(view)}
${checks(view)}
${!view.report && [releases(view), inbox(view)]}
</main>
<footer><p class="small">Made by Slipway, which looks at the release the way a user’s Mac does.</p></footer>
</body>
</html>
`)
}

function asOf({ now, alert }: View): Html {
  const open = alert && html` An alert is open since ${moment(alert.since)}, ${ago(alert.since, now)}.`
  return html`As of <time datetime="${now.toISOString()}">${moment(now)}</time>. Reload the page for news.${open}`
}

const REASONS: { [R in Reason]: string } = {
  timer: "by the timer",
  release: "after a release",
  request: "on request",
  terminal: "from a terminal",
}

function about({ id, at, reason, durationMs, healed }: Report): Html {
  const news =
    healed && html` The manifest on the update server was another, and was put right at ${moment(healed.at)}.`
  return html`Report <code>${id}</code>, <time datetime="${at}">${moment(at)}</time>, run ${REASONS[reason]}, took ${duration(durationMs)}.${news}`
}

/** The page runs nothing, loads nothing, and can be put into no other page; its own style is named by its digest. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "img-src data:", // The sign in the browser's tab.
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ")

/** What must be answered with the page. Its address may hold the function key: no other site is told of it. */
export function pageHeaders(): { [name: string]: string } {
  return {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  }
}
