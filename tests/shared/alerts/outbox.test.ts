import { describe, expect, it } from "vitest"
import { bounded } from "../../../shared/alerts/outbox.ts"
import type { ChannelName, Delivery, MessageKind } from "../../../shared/alerts/state.ts"

/** `A opened`: the alert's name, and what is said of it. */
function queue(lines: readonly string[], channel: ChannelName = "issue"): Delivery[] {
  return lines.map((line, index): Delivery => {
    const [alert = "", kind] = line.split(" ")
    const message = {
      id: `${line} ${index}`,
      kind: kind as MessageKind,
      at: "",
      product: "App",
      sentence: line,
      checks: [],
    }
    return { channel, message, alert, attempts: 0 }
  })
}

const said = (outbox: readonly Delivery[]) => outbox.map(({ message }) => message.sentence)
const pairs = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => [`${from + index} opened`, `${from + index} closed`]).flat()

const CLAIM = "2026-11-22T10:02:00.000Z"

describe("bounded", () => {
  it("keeps everything up to its bound, for each channel", () => {
    const all = [...queue(pairs(10)), ...queue(pairs(10), "webhook")]
    expect(bounded(all)).toEqual(all)
  })

  it.each<[string, string[], string[]]>([
    [
      "the oldest change that another replaces",
      ["A opened", "A changed", "A changed", ...pairs(9)],
      ["A opened", "A changed", ...pairs(9)],
    ],
    [
      "a change that the end replaces",
      ["A changed", "A closed", ...pairs(10)].slice(0, 21),
      ["A closed", ...pairs(10)].slice(0, 20),
    ],
    ["a whole alert rather than the last change of one", ["A changed", ...pairs(10)], ["A changed", ...pairs(9, 1)]],
    ["the oldest alert that is over", [...pairs(10), "Z opened"], [...pairs(9, 1), "Z opened"]],
    ["no end without its beginning", ["A closed", ...pairs(10)], ["A closed", ...pairs(9, 1)]],
  ])("lets go of %s", (_, before, after) => {
    expect(said(bounded(queue(before)))).toEqual(after)
  })

  it.each<[string, Partial<Delivery>]>([
    ["was tried", { attempts: 1 }],
    ["is being sent", { claimedUntil: CLAIM }],
  ])("keeps an alert of which something %s: it may have been heard", (_, touch) => {
    const [first, ...rest] = queue([...pairs(10), "Z opened"])
    const after = bounded([{ ...(first as Delivery), ...touch }, ...rest])
    expect(said(after)).toEqual(["0 opened", "0 closed", ...pairs(8, 2), "Z opened"])
  })

  it("does not let one channel push out what another waits for", () => {
    const webhook = queue(["A opened"], "webhook")
    expect(bounded([...webhook, ...queue([...pairs(15), "Z opened"])]).slice(0, 1)).toEqual(webhook)
  })
})
