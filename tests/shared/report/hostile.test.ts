import { describe, expect, it } from "vitest"
import { badge } from "../../../shared/report/badge.ts"
import { headline } from "../../../shared/report/headline.ts"
import { json } from "../../../shared/report/json.ts"
import { markdown } from "../../../shared/report/markdown.ts"
import { metrics } from "../../../shared/report/metrics.ts"
import { page } from "../../../shared/report/page.ts"
import type { View } from "../../../shared/report/view.ts"
import { hostileReport, hostileView, PARTS } from "./hostile.ts"

const VIEWS: [string, View][] = [
  ["how things stand", hostileView()],
  ["one report", hostileReport()],
]

/** What of the attack is left as it was sent. */
const survivors = (text: string) => PARTS.raw.filter((part) => text.includes(part))

/** Without the page's own ends, and what means something in Markdown only. */
const markup = (text: string) =>
  text
    .replace(/<\/(?:title|style)>/, "")
    .replace("</style>", "")
    .replaceAll("](javascript:", "")

describe.each(VIEWS)("hostile text in %s", (_what, view) => {
  it("does not survive in the page", () => {
    const text = page(view)
    expect(survivors(markup(text))).toEqual([])
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img src=x onerror=alert(1)&gt;")
  })

  it("does not survive in Markdown", () => {
    const text = markdown(view)
    expect(survivors(text.replaceAll("\\](javascript:", ""))).toEqual([])
    expect(text).not.toMatch(/(?<!\\)[<[]|(?<!\w)@\w|^\s*(?:# h|- l|===)/m)
    expect(text).toContain("&lt;script&gt;")
  })

  it("breaks no table of Markdown", () => {
    const lines = markdown(view).split("\n")
    for (const [index, line] of lines.entries()) {
      if (!/^\|[ -|]+\|$/.test(line) || !line.includes("---")) continue
      const cells = (text = "") => text.split(/(?<!\\)\|/).length
      for (let row = index - 1; lines[row]?.startsWith("|"); row++) expect(cells(lines[row])).toBe(cells(line))
    }
  })

  it("does not survive in the badge", () => expect(survivors(markup(badge(view)))).toEqual([]))

  it("steers nothing in the numbers", async () => {
    const text = await metrics(view)
    expect(text).not.toMatch(/[\p{Cf}\p{Cs}]|[^\P{Cc}\n]/u)
    for (const line of text.split("\n"))
      expect(line).toMatch(/^$|^# (?:HELP|TYPE) slipway_|^slipway_[a-z_]+(?:\{.*\})? (?:Nan|[\d.e+]+)$/)
  })

  it("stays data in JSON", () => expect(() => JSON.parse(json(view))).not.toThrow())

  it("is still told to people", () => expect(headline(view)).toContain("alert(1)"))
})
