import { describe, expect, it } from "vitest"
import { headline, tell, type Verdict } from "../../../shared/report/headline.ts"
import type { View } from "../../../shared/report/view.ts"
import { checkStanding, NOW, released, report, result, standing, view } from "./views.ts"

const fails = (id: Parameters<typeof result>[0], message: string, remedy = "Mend it.") =>
  result(id, { outcome: "fail", message, remedy })

const hoursLater = (hours: number): Partial<View> => ({ now: new Date(NOW.getTime() + hours * 3_600_000) })

const { live: _nothing, ...offersNothing } = standing()

const table: [string, View, Verdict, string][] = [
  ["all is well", view(), "proven", "App 1.6.1.44 is live and proven, seen 2 minutes ago."],
  [
    "something only warns",
    view({ certificate: result("certificate", { outcome: "warn", message: "ends soon", remedy: "Renew it." }) }),
    "proven",
    "App 1.6.1.44 is live and proven, seen 2 minutes ago.",
  ],
  [
    "no update server is configured",
    view({ health: result("health", { outcome: "skip" }), updates: result("updates", { outcome: "skip" }) }),
    "proven",
    "App 1.6.1.44 is live and proven, seen 2 minutes ago.",
  ],
  [
    "one check fails",
    view({ health: fails("health", "it answered 502", "Restart it.") }),
    "failing",
    "App 1.6.1.44 is live, but health fails: it answered 502. Restart it.",
  ],
  [
    "several fail: what hurts clients comes first",
    view({
      inbox: fails("inbox", "no container"),
      appcast: fails("appcast", "it is no XML", "Look at the VM"),
      health: fails("health", "it answered 502"),
    }),
    "failing",
    "App 1.6.1.44 is live, but 3 checks fail, first appcast: it is no XML. Look at the VM.",
  ],
  [
    "the download fails beside the appcast",
    view({ appcast: fails("appcast", "no"), download: fails("download", "404"), inbox: fails("inbox", "no") }),
    "failing",
    "App 1.6.1.44 is live, but 3 checks fail, first download: 404. Mend it.",
  ],
  [
    "several fail, and none of them hurts clients: the order of the list",
    view({ "key-vault": fails("key-vault", "gone"), github: fails("github", "401") }),
    "failing",
    "App 1.6.1.44 is live, but 2 checks fail, first github: 401. Mend it.",
  ],
  [
    "what failed can no longer be looked at",
    view({
      download: checkStanding(fails("download", "404"), {
        skipped: { since: NOW.toISOString(), at: NOW.toISOString(), reason: "the manifest cannot be read" },
      }),
    }),
    "failing",
    "App 1.6.1.44 is live, but download fails: 404. Mend it.",
  ],
  [
    "it fails and nothing is known to be offered",
    view({}, { standing: { ...offersNothing, checks: { github: checkStanding(fails("github", "401")) } } }),
    "failing",
    "App: github fails: 401. Mend it.",
  ],
  [
    "the download was not looked at",
    view({ download: undefined }),
    "live",
    "App 1.6.1.44 is live, seen 2 minutes ago, but not proven: download has not been seen lately.",
  ],
  [
    "the download was skipped",
    view({ download: result("download", { outcome: "skip" }), assets: undefined }),
    "live",
    "App 1.6.1.44 is live, seen 2 minutes ago, but not proven: assets and download have not been seen lately.",
  ],
  [
    "the download was seen an hour ago, and everything else just now",
    view({ download: result("download", {}, { at: "2026-11-22T09:00:00.000Z" }) }),
    "live",
    "App 1.6.1.44 is live, seen 2 minutes ago, but not proven: download has not been seen lately.",
  ],
  [
    "one check was seen later than the others",
    view({ health: result("health", {}, { at: "2026-11-22T10:01:30.000Z" }) }),
    "proven",
    "App 1.6.1.44 is live and proven, seen 2 minutes ago.",
  ],
  [
    "nobody has looked for hours",
    view({}, hoursLater(3)),
    "stale",
    "App 1.6.1.44 was last looked at 3 hours ago. Look whether the function app and its timers run: nobody knows how things are now.",
  ],
  [
    "nobody has looked for hours, and it failed then",
    view({ health: fails("health", "502") }, hoursLater(3)),
    "stale",
    "App 1.6.1.44 was last looked at 3 hours ago, and health failed then. Look whether the function app and its timers run: nobody knows how things are now.",
  ],
  [
    "nothing is offered yet",
    view({}, { standing: offersNothing }),
    "nothing",
    "App: nothing is offered to clients yet, seen 2 minutes ago.",
  ],
  [
    "nothing was ever looked at or released",
    { product: "App", now: NOW, releases: [], strays: [] },
    "nothing",
    "App: nothing has been released yet. Put a release's files into the inbox, and its proof will appear here.",
  ],
  [
    "something is released that nobody has looked at",
    { product: "App", now: NOW, releases: [released()], strays: [] },
    "nothing",
    "App v1.6.1.44: nothing has been looked at yet. The first run comes within five minutes.",
  ],
  [
    "one good report is shown, however old it is",
    view({}, { ...hoursLater(99), report: report(Object.values(standing().checks).map(({ last }) => last)) }),
    "proven",
    "App 1.6.1.44 was live and proven on 22 Nov 2026, 10:00 UTC.",
  ],
  [
    "one report of a few checks is shown",
    view({}, { report: report([result("health"), result("updates"), result("appcast")]) }),
    "live",
    "App 1.6.1.44 was live on 22 Nov 2026, 10:00 UTC, but not proven: release, assets, download and manifest have not been seen.",
  ],
  [
    "one failing report is shown",
    view({}, { report: report([fails("health", "502")]) }),
    "failing",
    "App 1.6.1.44 on 22 Nov 2026, 10:00 UTC: health fails: 502. Mend it.",
  ],
]

describe("headline", () => {
  it.each(table)("when %s", (_when, given, verdict, said) => {
    expect([tell(given).verdict, headline(given)]).toEqual([verdict, said])
  })

  it.each([29, 31])("claims proof for half an hour only: %i minutes", (minutes) => {
    const now = new Date(Date.parse("2026-11-22T10:00:00.000Z") + minutes * 60_000)
    expect(tell(view({}, { now })).verdict).toBe(minutes < 30 ? "proven" : "stale")
  })

  it("does not quote a whole page", () => {
    expect(headline(view({ health: fails("health", "x".repeat(5000)) })).length).toBeLessThan(250)
  })
})
