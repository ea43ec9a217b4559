import { describe, expect, it } from "vitest"
import { milestones, wholeMs } from "../../../shared/report/milestones.ts"
import { released, timeline } from "./views.ts"

/** Which second each was reached at, and how long it took. */
function way(...events: string[]): string[] {
  const start = Date.parse("2026-11-22T09:00:00.000Z")
  return milestones(released("v1.6.1.44", { timeline: timeline(...events) })).map(({ name, at, tookMs }) =>
    at === undefined
      ? name
      : `${name} ${(Date.parse(at) - start) / 1000}${tookMs === undefined ? "" : ` +${tookMs / 1000}`}`,
  )
}

const ALL = ["uploaded@0", "sent@10", "published@12", "committed@13", "complete@14", "on the server@20", "proven@80"]

describe("milestones", () => {
  it("tells the way from upload to proof, and the time between", () => {
    expect(way(...ALL)).toEqual([
      "uploaded 0",
      "hashed and sent 10 +10",
      "published 12 +2",
      "committed 13 +1",
      "on the server 20 +7",
      "proven 80 +60",
    ])
  })

  it("waits for the last file of several", () => {
    expect(way("uploaded@0", "uploaded@5", "sent@9", "uploaded@3", "sent@11", "published@12").slice(0, 3)).toEqual([
      "uploaded 5",
      "hashed and sent 11 +6",
      "published 12 +1",
    ])
  })

  it("does not count what was added to a public release, nor what is told again", () => {
    const again = ["uploaded@100", "sent@110", "published@111", "committed@112", "on the server@113", "proven@114"]
    expect(way(...ALL, ...again)).toEqual(way(...ALL))
  })

  it("goes over what nobody wrote down", () => {
    expect(way("uploaded@0", "published@12", "proven@80")).toEqual([
      "uploaded 0",
      "hashed and sent",
      "published 12 +12",
      "committed",
      "on the server",
      "proven 80 +68",
    ])
  })

  it("takes the first that is left when the beginning is lost", () => {
    expect(way("published@12", "uploaded@30").slice(0, 3)).toEqual([
      "uploaded 30",
      "hashed and sent",
      "published 12 +0",
    ])
  })

  it("never runs backwards when clocks disagree", () => {
    expect(way("uploaded@10", "sent@5", "published@12").slice(0, 3)).toEqual([
      "uploaded 10",
      "hashed and sent 5 +0",
      "published 12 +2",
    ])
  })

  it("ignores entries without a time, and is empty without any", () => {
    const damaged = [{ at: "soon", event: "published" }]
    const found = milestones(released("v1.6.1.44", { timeline: damaged }))
    expect(found.filter(({ at }) => at !== undefined)).toEqual([])
    expect(wholeMs(found)).toBeUndefined()
  })

  it("adds up to the whole", () => {
    expect(wholeMs(milestones(released("v1.6.1.44", { timeline: timeline(...ALL) })))).toBe(80_000)
  })
})
