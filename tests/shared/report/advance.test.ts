import { describe, expect, it } from "vitest"
import { CHECK_IDS, type CheckResult, type Finding, type Outcome } from "../../../shared/checks/check.ts"
import { advance, inDoubt } from "../../../shared/report/advance.ts"
import { parseStanding } from "../../../shared/report/parse-standing.ts"
import type { Standing } from "../../../shared/report/standing.ts"
import { AT, LIVE, report, result } from "./views.ts"

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Five minutes apart, from `AT` on. */
const at = (run: number) => new Date(Date.parse(AT) + run * 5 * MINUTE).toISOString()

function run(outcome: Outcome, when: string, more: Partial<Finding> = {}, id = `R-${when}`) {
  return report([result("health", { outcome, ...more }, { at: when })], { id, at: when })
}

/** A run each five minutes, told by letters: p, w, f, s. */
function following(letters: string, before?: Standing): Standing {
  const outcomes: { [letter: string]: Outcome } = { p: "pass", w: "warn", f: "fail", s: "skip" }
  const runs = [...letters].map((letter, index) => run(outcomes[letter] as Outcome, at(index)))
  return runs.reduce<Standing | undefined>(advance, before) as Standing
}

describe("advance", () => {
  it.each([
    // runs, latest outcome, since which run, in a row, down
    ["p", "pass", 0, 1, false],
    ["pp", "pass", 0, 2, false],
    ["f", "fail", 0, 1, false],
    ["pf", "fail", 1, 1, false],
    ["pff", "fail", 1, 2, true],
    ["pfff", "fail", 1, 3, true],
    ["pffp", "pass", 3, 1, true],
    ["pffpp", "pass", 3, 2, false],
    ["pffpf", "fail", 4, 1, true],
    ["pffw", "warn", 3, 1, true],
    ["pffwp", "pass", 4, 2, false],
    ["pw", "warn", 1, 2, false],
    ["wp", "pass", 1, 2, false],
    ["pfpfpf", "fail", 5, 1, false],
    ["pfsf", "fail", 1, 2, true],
    ["pffsp", "pass", 4, 1, true],
    ["pffpsp", "pass", 3, 2, false],
    ["pffs", "fail", 1, 2, true],
    ["s", "skip", 0, 0, false],
    ["ss", "skip", 0, 0, false],
    ["sf", "fail", 1, 1, false],
    ["sff", "fail", 1, 2, true],
  ] as const)("after %s stands at %s since run %i, %i in a row, down: %s", (letters, outcome, since, inARow, down) => {
    const { health } = following(letters).checks
    expect([health?.last.outcome, health?.since, health?.inARow, health?.down]).toEqual([
      outcome,
      at(since),
      inARow,
      down,
    ])
  })

  it("names the report that the latest result is from", () => {
    expect(following("pp").checks.health?.report).toBe(`R-${at(1)}`)
    expect(following("ps").checks.health?.report).toBe(`R-${at(0)}`)
  })

  it("remembers why nobody could look, and since when, until somebody can", () => {
    const skipped = run("skip", at(3), { message: "the manifest cannot be read" })
    const standing = advance(following("pfs"), skipped)
    expect(standing.checks.health?.skipped).toEqual({ since: at(2), at: at(3), reason: "the manifest cannot be read" })
    expect(advance(standing, run("pass", at(4))).checks.health).not.toHaveProperty("skipped")
  })

  it("takes a check that nobody has looked at for a day as one that is not looked at any more", () => {
    const reason = { message: "no VM is configured" }
    const early = advance(following("ffs"), run("skip", at(2 + 287), reason))
    expect(early.checks.health).toMatchObject({ down: true, last: { outcome: "fail" } })
    const late = advance(early, run("skip", at(2 + 288), reason))
    expect(late.checks.health).toMatchObject({ down: false, inARow: 0, last: { outcome: "skip" }, since: at(290) })
    expect(late.checks.health?.days[0]).toMatchObject({ fail: 2 })
    expect(late.checks.health).not.toHaveProperty("skipped")
  })

  it("leaves other checks as they are", () => {
    const before = advance(undefined, report([result("health"), result("appcast", { outcome: "fail" })]))
    const later = advance(before, report([result("health", {}, { at: at(1) })], { at: at(1) }))
    expect(later.checks.appcast).toBe(before.checks.appcast)
    expect(later.checks.health?.inARow).toBe(2)
  })

  it("changes nothing that was handed in", () => {
    const before = following("pf")
    const copy = structuredClone(before)
    advance(before, run("fail", at(9)))
    expect(before).toEqual(copy)
  })

  it("lets a run that ends late add to the history, and to nothing else", () => {
    const late = { ...run("fail", at(0)), version: "1.6.1.43", live: { ...LIVE, version: "1.6.1.43" } }
    const before = advance(undefined, run("pass", at(1)))
    const standing = advance(before, late)
    expect(standing).toMatchObject({ at: at(1), version: "1.6.1.44", live: LIVE })
    expect(standing.checks.health).toEqual({
      ...before.checks.health,
      days: [{ day: "2026-11-22", pass: 1, warn: 0, fail: 1 }],
    })
    expect(advance(before, { ...run("skip", at(0)) }).checks.health).toEqual(before.checks.health)
  })

  it.each<[string, Partial<Parameters<typeof advance>[1]>, unknown]>([
    [
      "goes on with what is offered when a run could not read it",
      { results: [result("manifest", { outcome: "fail" })] },
      LIVE,
    ],
    ["goes on with what is offered when a run did not look at it", { results: [result("inbox")] }, LIVE],
    ["sees that nothing is offered any more", { results: [result("manifest", { outcome: "skip" })] }, undefined],
  ])("%s", (_what, more, live) => {
    const { live: _unread, ...next } = report([], { at: at(1), ...more })
    expect(advance(following("p"), next).live).toEqual(live)
  })

  it("counts each day by its outcomes, and no skip", () => {
    const standing = following("ppwfs")
    expect(standing.checks.health?.days).toEqual([{ day: "2026-11-22", pass: 2, warn: 1, fail: 1 }])
  })

  it("counts by the day in UTC", () => {
    const runs = ["2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00.000Z"].map((when) => run("pass", when))
    const days = runs.reduce<Standing | undefined>(advance, undefined)?.checks.health?.days
    expect(days?.map(({ day }) => day)).toEqual(["2026-11-22", "2026-11-23"])
  })

  it("keeps 90 days, and forgets the oldest", () => {
    let standing: Standing | undefined
    for (let day = 0; day < 100; day++)
      standing = advance(standing, run("pass", new Date(Date.parse(AT) + day * DAY).toISOString()))
    const days = standing?.checks.health?.days
    expect([days?.length, days?.[0]?.day, days?.at(-1)?.day]).toEqual([90, "2026-12-02", "2027-03-01"])
    const later = advance(standing, run("pass", new Date(Date.parse(AT) + 190 * DAY).toISOString()))
    expect(later.checks.health?.days.map(({ day }) => day)).toEqual(["2027-05-31"])
  })

  it("keeps ten findings at most, the worst first, and says that there were more", () => {
    const findings: Finding[] = Array.from({ length: 30 }, (_, index) => ({
      outcome: index % 3 === 2 ? "fail" : "warn",
      message: `finding ${index}`,
    }))
    const standing = advance(undefined, report([{ ...result("assets"), outcome: "fail", findings }]))
    const kept = standing.checks.assets?.last.findings ?? []
    expect(kept.map(({ message }) => message).slice(0, 2)).toEqual(["finding 2", "finding 5"])
    expect([kept.length, kept.at(-1)]).toEqual([11, { outcome: "warn", message: "and 20 more" }])
  })

  it("cuts long texts and says so", () => {
    const message = "x".repeat(600)
    const standing = advance(undefined, report([result("health", { outcome: "fail", message, remedy: message })]))
    const [finding] = standing.checks.health?.last.findings ?? []
    expect([finding?.message, finding?.remedy]).toEqual([`${"x".repeat(497)}…`, `${"x".repeat(497)}…`])
  })

  it.each(["x", "я", "\u001b", "😀", "\ud800", "\\"])(
    "stays under 100 kB whatever it is told, also %j",
    (character) => {
      const long = character.repeat(5000)
      const live = { version: long, url: long }
      let standing: Standing | undefined
      for (let day = 0; day < 95; day++) {
        const when = new Date(Date.parse(AT) + day * DAY).toISOString()
        const findings: Finding[] = Array.from({ length: 50 }, () => ({
          outcome: "fail",
          code: "VERSION_POINT_UNMATCHED",
          message: long,
          remedy: long,
        }))
        const results = CHECK_IDS.map(
          (id): CheckResult => ({ ...result(id), at: when, title: long, outcome: "fail", findings }),
        )
        standing = advance(standing, report(results, { at: when, product: long, version: long, live }))
        const skips = CHECK_IDS.map((id) => result(id, { outcome: "skip", message: long }, { at: when }))
        standing = advance(standing, report(skips, { at: when, product: long, version: long, live }))
      }
      for (const check of Object.values(standing?.checks ?? {})) {
        for (const day of check.days) Object.assign(day, { pass: 999, warn: 999, fail: 999 })
        expect(check.days).toHaveLength(90)
      }
      expect(Buffer.byteLength(JSON.stringify(standing))).toBeLessThan(100_000)
      expect(parseStanding(JSON.parse(JSON.stringify(standing)))).toEqual(JSON.parse(JSON.stringify(standing)))
    },
  )
})

describe("inDoubt", () => {
  it.each([
    ["p", []],
    ["pf", ["health"]],
    ["pff", []],
    ["pffp", ["health"]],
    ["pffw", ["health"]],
    ["pffpp", []],
    ["pfs", ["health"]],
    ["s", []],
  ])("after %s is %j", (letters, ids) => expect(inDoubt(following(letters))).toEqual(ids))
})
