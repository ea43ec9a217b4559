import { spawnSync } from "node:child_process"
import { XMLParser, XMLValidator } from "fast-xml-parser"
import { describe, expect, it } from "vitest"
import { badge } from "../../../shared/report/badge.ts"
import { html, markupOf } from "../../../shared/report/html.ts"
import { json } from "../../../shared/report/json.ts"
import { markdown } from "../../../shared/report/markdown.ts"
import { metrics } from "../../../shared/report/metrics.ts"
import { bars, inWords } from "../../../shared/report/page/bars.ts"
import type { View } from "../../../shared/report/view.ts"
import { hostileReport, hostileView } from "./hostile.ts"
import { heaviest, history, LIVE, NOW, released, report, result, standing, view } from "./views.ts"

const fails = { outcome: "fail", code: "APPCAST_INVALID", message: "it is no XML", remedy: "Look at the VM." } as const
const failing = view(
  { appcast: result("appcast", fails, { tries: 2 }) },
  { alert: { since: "2026-11-22T09:40:00.000Z" } },
)
const empty: View = { product: "App", now: NOW, releases: [], strays: [] }

describe("html", () => {
  it("escapes what is put into it, and not what is markup already", () => {
    expect(markupOf(html`<p>${"<&>\"'"}${html`<b>${"<"}</b>`}</p>`)).toBe("<p>&lt;&amp;&gt;&quot;&#39;<b>&lt;</b></p>")
  })

  it("joins lists, writes numbers, and shows nothing of false and undefined", () => {
    expect(markupOf(html`${[html`<i/>`, "<", [7]]}${false}${undefined}${0}`)).toBe("<i/>&lt;70")
  })
})

describe("markdown", () => {
  it("says how things are, what is wrong, and what to do", () => {
    const text = markdown(failing)
    expect(text).toMatch(
      /^# App 1\.6\.1\.44 is live, but appcast fails: it is no XML\.\n\n\*\*What to do:\*\* Look at the VM\.\n/,
    )
    expect(text).toContain("| ✕ FAIL | `appcast` | it is no XML (failed after 2 tries) | 2 minutes ago |")
    expect(text).toContain(
      "- `appcast` `APPCAST_INVALID` it is no XML, since 20 Nov 2026, 08:00 UTC\n  **What to do:** Look at the VM.",
    )
    expect(text).toContain("| `v1.6.1.44` | complete | 22 Nov 2026, 09:00 UTC | + 2 min 7 s | + 1.6 s |")
    expect(text).toContain("An alert is open since 22 Nov 2026, 09:40 UTC.")
  })

  it("tells of one run only what it was about", () => {
    const text = markdown({ ...empty, report: report([result("health", {}, { tries: 2 })]) })
    expect(text).toContain("| ✓ pass | `health` | as it should be (passed after 2 tries) | 22 Nov 2026, 10:00 UTC |")
    expect(text).not.toMatch(/Releases|inbox`|What is wrong/)
  })

  it.each([
    ["a *b* _c_ ~~d~~ [e](f) `", "a \\*b\\* \\_c\\_ \\~\\~d\\~\\~ \\[e\\](f) \\`"],
    ["some_file_name.txt, 1.6.1.44 - fine", "some_file_name.txt, 1.6.1.44 - fine"],
    ["# no heading", "\\# no heading"],
    ["1. no list", "1\\. no list"],
    ["- no list", "\\- no list"],
    ["<b>&amp;", "&lt;b&gt;&amp;amp;"],
    ["ask @acme, not App@2x", "ask @\u2060acme, not App@2x"],
    ["run `slipway status` now", "run `slipway status` now"],
    ["run `a|b` now", "run \\`a\\|b\\` now"],
  ])("writes %j as text", (message, written) => {
    const text = markdown(view({ appcast: result("appcast", { ...fails, message }) }))
    expect(text).toContain(`| ✕ FAIL | \`appcast\` | ${written} | 2 minutes ago |`)
  })
})

describe("badge", () => {
  it.each<[string, View, string]>([
    ["proven", view(), "App 1.6.1.44: proven"],
    ["failing", failing, "App 1.6.1.44: failing"],
    ["unknown when nobody looks", view({}, { now: new Date(NOW.getTime() + 7_200_000) }), "App 1.6.1.44: unknown"],
    ["unknown when it is not proven", view({ download: undefined }), "App 1.6.1.44: unknown"],
    ["unknown when there is nothing", empty, "App: unknown"],
  ])("says %s", (_what, given, label) => {
    const parser = new XMLParser({ ignoreAttributes: false })
    expect(parser.parse(badge(given)).svg).toMatchObject({
      "@_role": "img",
      "@_aria-label": label,
      title: expect.stringMatching(/^App/),
    })
  })

  it.each<[string, View]>([
    ["hostile text", hostileView()],
    ["a hostile report", hostileReport()],
    ["much text", heaviest()],
  ])("is well-formed with %s", (_what, given) => expect(XMLValidator.validate(badge(given))).toBe(true))
})

const noPromtool = spawnSync("promtool", ["--version"]).error && "promtool is not installed"
if (noPromtool) console.warn(`The numbers are not read by Prometheus' own parser: ${noPromtool}`)

describe("metrics", () => {
  it("tells how things stand in numbers", async () => {
    const checks = {
      appcast: result("appcast", fails, { tries: 2, durationMs: 1500 }),
      "vm-secret": result("vm-secret", { outcome: "skip" }),
    }
    const text = await metrics(
      view(checks, {
        alert: { since: NOW.toISOString() },
        releases: [released(), released("v1", { phase: "blocked" })],
      }),
    )
    const lines = text.split("\n")
    expect(lines).toEqual(
      expect.arrayContaining([
        'slipway_check_up{check="appcast"} 0',
        'slipway_check_up{check="health"} 1',
        'slipway_check_duration_seconds{check="appcast"} 1.5',
        'slipway_check_tries{check="appcast"} 2',
        'slipway_check_last_run_timestamp_seconds{check="appcast"} 1795341600',
        'slipway_live_info{product="App",version="1.6.1.44"} 1',
        "slipway_proven 0",
        "slipway_alert_open 1",
        'slipway_releases{phase="blocked"} 1',
        'slipway_releases{phase="failed"} 0',
        "slipway_last_run_timestamp_seconds 1795341600",
      ]),
    )
    expect(text).not.toContain("vm-secret")
  })

  it("has no sample of what is not known", async () => {
    const text = await metrics(empty)
    expect(text).not.toMatch(/slipway_(?:check|live|last)[a-z_]*(?:\{.*\})? \d/)
    expect(text).toContain("\nslipway_proven 0\n")
  })

  it("says proven only of what is", async () => expect(await metrics(view())).toContain("\nslipway_proven 1\n"))

  it.skipIf(noPromtool).each<[string, View]>([
    ["good", view()],
    ["failing", failing],
    ["empty", empty],
    ["hostile", hostileView()],
    ["a hostile report", hostileReport()],
  ])("is read by promtool without a complaint: %s", async (_what, given) => {
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input: await metrics(given),
      encoding: "utf8",
    })
    expect([status, stdout, stderr]).toEqual([0, "", ""])
  })
})

describe("json", () => {
  it("tells how things stand", () => {
    expect(JSON.parse(json(failing))).toMatchObject({
      headline: "App 1.6.1.44 is live, but appcast fails: it is no XML. Look at the VM.",
      verdict: "failing",
      good: false,
      product: "App",
      version: "1.6.1.44",
      live: LIVE,
      alert: { since: "2026-11-22T09:40:00.000Z" },
      done: expect.arrayContaining([expect.objectContaining({ answer: "no" })]),
      checks: standing(failing.standing?.checks).checks,
    })
    expect(JSON.parse(json(view()))).toMatchObject({ verdict: "proven", good: true })
    expect(JSON.parse(json(empty))).toMatchObject({ verdict: "nothing", good: false, checks: {} })
  })

  it("is a stored report itself", () => {
    const stored = report([result("health")])
    expect(JSON.parse(json(view({}, { report: stored })))).toEqual(stored)
  })
})

describe("bars", () => {
  it("draws one bar a day, told apart by their height", () => {
    const days = history((age) =>
      age === 0 ? { pass: 0, fail: 10 } : age === 1 ? { pass: 287, fail: 1 } : age === 2 ? { warn: 1 } : {},
    )
    const drawn = markupOf(bars(days.slice(1), NOW))
    expect(drawn).toContain('<path class="none" d="M2 28v-2"/>')
    expect(drawn).toContain('<path class="warn" d="M263 28v-13"/>')
    expect(drawn).toContain('<path class="fail" d="M266 28v-18M269 28v-28"/>')
    expect(drawn.match(/M\d+ 28v-8/g)).toHaveLength(86)
  })

  it("draws nothing that is older, or ahead of the clock", () => {
    const days = ["2026-08-24", "2026-11-23"].map((day) => ({ day, pass: 0, warn: 0, fail: 1 }))
    expect(markupOf(bars(days, NOW))).not.toContain('fail"')
  })

  it("says the same in words", () => {
    expect(inWords([], NOW)).toBe("No history yet")
    expect(inWords(history(), NOW)).toBe("90 days looked at, no failure")
    const days = history((age) => (age === 3 || age === 9 ? { fail: 1 } : age === 5 ? { warn: 1 } : {}))
    expect(inWords(days, NOW)).toBe("90 days looked at, failures on 2, the last on 2026-11-19, warnings on 1")
  })
})
