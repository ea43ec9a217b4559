import { gravest, tell } from "./headline.ts"
import { milestones, wholeMs } from "./milestones.ts"
import { points } from "./points.ts"
import type { CheckStanding } from "./standing.ts"
import { ago, clipped, duration, moment, sentences, visible } from "./text.ts"
import { type Row, rowsOf, type View } from "./view.ts"
import { waiting } from "./waiting.ts"

/** Longer messages would make a table of one line per check unreadable. */
const MESSAGE_LENGTH = 300

const MARKS = { pass: "✓ pass", warn: "! warn", fail: "✕ FAIL", skip: "– skip", none: "· none" } as const

/** The report for issues and terminals, in GitHub's Markdown. */
export function markdown(view: View): string {
  const { says, remedy } = tell(view)
  const head = [
    `# ${words(sentences(says))}`,
    ...(remedy === undefined ? [] : [`**What to do:** ${words(sentences(remedy))}`]),
  ]
  const now = view.report ? [] : [releases(view), inbox(view)]
  const parts = [...head, about(view), done(view), checks(view), troubles(view), ...now]
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`
}

function about({ now, report, alert }: View): string {
  if (report) {
    const { id, at, durationMs, healed } = report
    const news = healed
      ? ` The manifest on the update server was another, and was put right at ${moment(healed.at)}.`
      : ""
    return `Report ${code(id)}, ${words(moment(at))}, took ${duration(durationMs)}.${news}`
  }
  const open = alert ? ` An alert is open since ${words(moment(alert.since))}.` : ""
  return `As of ${moment(now)}.${open}`
}

function done(view: View): string {
  const rows = points(view).map(({ title, answer, evidence }) => [answer, words(title), words(evidence)])
  return `## Done means\n\n${table(["", "Point", "Evidence"], rows)}`
}

function checks(view: View): string {
  const rows = rowsOf(view).filter(({ seen }) => seen !== undefined || !view.report)
  const cells = rows.map((row) => [MARKS[row.outcome], code(row.id), whatWasSeen(row), when(row, view)])
  return `## Checks\n\n${table(["", "Check", "What was seen", "When"], cells)}`
}

function whatWasSeen(row: Row): string {
  const { seen, skipped } = row
  if (skipped !== undefined) return words(skipped)
  if (!seen) return ""
  const [first] = seen.findings
  const tries = seen.tries > 1 ? ` (${seen.outcome === "fail" ? "failed" : "passed"} after ${seen.tries} tries)` : ""
  return `${words((gravest(row) ?? first)?.message ?? "")}${tries}`
}

function when({ seen }: Row, { now, report }: View): string {
  if (!seen) return "never"
  return words(report ? moment(seen.at) : ago(seen.at, now))
}

function troubles(view: View): string {
  const lines = rowsOf(view).flatMap(({ id, seen, standing }) => {
    const grave = seen?.findings.filter(({ outcome }) => outcome === "fail" || outcome === "warn") ?? []
    return grave.flatMap(({ code: name, message, remedy }) => [
      `- ${code(id)} ${name === undefined ? "" : `${code(name)} `}${words(message)}${since(standing)}`,
      ...(remedy === undefined ? [] : [`  **What to do:** ${words(remedy)}`]),
    ])
  })
  return lines.length === 0 ? "" : `## What is wrong\n\n${lines.join("\n")}`
}

function since(standing: CheckStanding | undefined): string {
  return standing ? `, since ${words(moment(standing.since))}` : ""
}

function releases({ releases: all }: View): string {
  if (all.length === 0) return ""
  const way = all.map((record) => ({ record, way: milestones(record) }))
  const names = way[0]?.way.map(({ name }) => name) ?? []
  const rows = way.map(({ record, way }) => {
    const whole = wholeMs(way)
    const steps = way.map(({ at, tookMs }) =>
      at === undefined ? "–" : tookMs === undefined ? words(moment(at)) : `+ ${duration(tookMs)}`,
    )
    return [code(record.tag), words(record.phase), ...steps, whole === undefined ? "–" : duration(whole)]
  })
  return `## Releases\n\n${table(["Release", "Phase", ...names, "in all"], rows)}`
}

function inbox(view: View): string {
  const lines = waiting(view).flatMap(({ what, why, problem }) => [
    `- ${code(what)} ${words(why)}`,
    ...(problem ? [`  **What to do:** ${words(problem.remedy)}`] : []),
  ])
  return lines.length === 0 ? "" : `## Waiting in the inbox\n\n${lines.join("\n")}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}

/**
 * Text that stays text: nothing in it is Markdown, HTML, a cell's end or the beginning of a block, and it calls nobody's name.
 * Only `code` between backticks stays code. What means nothing where it stands keeps its look, for terminals.
 */
function words(text: string): string {
  const parts = visible(clipped(text, MESSAGE_LENGTH))
    .trim()
    .split(/`([^`]+)`/)
  return parts.map((part, index) => (index % 2 === 0 ? plain(part) : quoted(part))).join("")
}

function quoted(text: string): string {
  return NAME.test(text) ? `\`${text}\`` : plain(`\`${text}\``)
}

function plain(text: string): string {
  return text
    .replace(/[\\`*[\]|~]/g, "\\$&")
    .replace(/(?<!\w)_|_(?!\w)/g, "\\_")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/(?<!\w)@(?=\w)/g, "@\u2060")
    .replace(/^[#+=-]/, "\\$&")
    .replace(/^(\d+)([.)])(?= |$)/, "$1\\$2")
}

/** A name as code; as text where it holds anything that no name should. */
function code(text: string): string {
  const name = visible(clipped(text, MESSAGE_LENGTH)).trim()
  return NAME.test(name) ? `\`${name}\`` : plain(name)
}

/** What means nothing anywhere, in a terminal, a table or an issue. */
const NAME = /^[\p{L}\p{N}_ .,:;/+()#=$-]+$/u
