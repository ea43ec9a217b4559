import { describe, expect, it } from "vitest"
import { type Point, points } from "../../../shared/report/points.ts"
import type { View } from "../../../shared/report/view.ts"
import { checkStanding, NOW, released, report, result, view } from "./views.ts"

const answers = (given: View) => points(given).map(({ answer }) => answer)
const evidence = (given: View, index: number) => points(given)[index]?.evidence

type Answers = Point["answer"][]
const [yes, no, unknown] = ["yes", "no", "not known"] as const
const skip = (message: string) => ({ outcome: "skip", message }) as const
const problem = { code: "ARTIFACT_INVALID", message: "App.dmg is no disk image", remedy: "Build it again." } as never

const table: [string, View, Answers][] = [
  ["all is well", view(), [yes, yes, yes, yes, yes]],
  ["something warns", view({ inbox: result("inbox", { outcome: "warn" }) }), [yes, yes, yes, yes, yes]],
  ["the inbox is gone", view({ inbox: result("inbox", { outcome: "fail" }) }), [no, yes, yes, yes, yes]],
  ["the download fails", view({ download: result("download", { outcome: "fail" }) }), [yes, yes, no, yes, yes]],
  ["no VM is configured", view({ "vm-manifest": result("vm-manifest", skip("no VM")) }), [yes, yes, yes, unknown, yes]],
  ["the VM was never looked at", view({ "vm-manifest": undefined }), [yes, yes, yes, unknown, yes]],
  [
    "one of two fails, and the other was not seen",
    view({ health: result("health", { outcome: "fail" }), updates: undefined }),
    [yes, yes, yes, yes, no],
  ],
  [
    "the release is under way",
    view({}, { releases: [released("v1.6.1.44", { phase: "publishing" })] }),
    [yes, unknown, yes, yes, yes],
  ],
  [
    "the release is blocked",
    view({}, { releases: [released("v1.6.1.44", { phase: "blocked", problem })] }),
    [yes, no, yes, yes, yes],
  ],
  [
    "a newer release is blocked: it is not the one that is live",
    view({}, { releases: [released("v1.6.1.45", { phase: "blocked", problem }), released()] }),
    [yes, yes, yes, yes, yes],
  ],
  ["no record is left: the release itself tells", view({}, { releases: [] }), [yes, yes, yes, yes, yes]],
  [
    "nothing was ever looked at",
    { product: "App", now: NOW, releases: [], strays: [] },
    [unknown, unknown, unknown, unknown, unknown],
  ],
  [
    "one report of two checks is shown",
    view({}, { report: report([result("health"), result("updates")]) }),
    [unknown, unknown, unknown, unknown, yes],
  ],
  [
    "nobody has looked for three hours: the VM's turn is every six",
    view({}, { now: new Date(NOW.getTime() + 3 * 3_600_000) }),
    [unknown, yes, unknown, unknown, unknown],
  ],
]

describe("the five points", () => {
  it.each(table)("when %s", (_when, given, expected) => expect(answers(given)).toEqual(expected))

  it("tells what an answer rests on, and when it was seen", () => {
    expect(points(view()).map((point) => point.evidence)).toEqual([
      "inbox, 2 minutes ago",
      "v1.6.1.44 is complete, 59 minutes ago",
      "release, assets and download, 2 minutes ago",
      "manifest, appcast and vm-manifest, 2 minutes ago",
      "health and updates, 2 minutes ago",
    ])
  })

  it("speaks of the oldest that was seen", () => {
    const old = checkStanding(result("vm-manifest", {}, { at: "2026-11-22T06:02:00.000Z" }))
    expect(evidence(view({ "vm-manifest": old }), 3)).toBe("manifest, appcast and vm-manifest, 4 hours ago")
  })

  it("tells why it is not known, the same reason once", () => {
    const given = view({
      release: undefined,
      assets: undefined,
      download: result("download", skip("nothing is offered")),
    })
    expect(evidence(given, 2)).toBe("release and assets: not looked at yet; download: nothing is offered")
  })

  it("tells what failed, and what a release waits for", () => {
    expect(evidence(view({ health: result("health", { outcome: "fail", message: "it answered 502" }) }), 4)).toBe(
      "health: it answered 502, 2 minutes ago",
    )
    const waits = released("v1.6.1.44", { phase: "waiting", waitingFor: ["App.pkg", "NOTES.md"] })
    expect(evidence(view({}, { releases: [waits] }), 1)).toBe("v1.6.1.44 is waiting for App.pkg and NOTES.md")
  })
})
