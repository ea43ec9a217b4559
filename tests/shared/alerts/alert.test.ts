import { describe, expect, it } from "vitest"
import { claim, nextAlert, type Outcome, settle } from "../../../shared/alerts/alert.ts"
import { parseAlertState } from "../../../shared/alerts/parse-state.ts"
import type { AlertState, ChannelName } from "../../../shared/alerts/state.ts"
import type { CheckId } from "../../../shared/checks/check.ts"
import { Problem } from "../../../shared/problem.ts"
import { result, standing } from "../report/views.ts"
import { START } from "./runs.ts"

const BOTH: ChannelName[] = ["webhook", "issue"]
const later = (seconds: number) => new Date(START + seconds * 1000)
const stands = (...down: CheckId[]) =>
  standing(
    Object.fromEntries(down.map((id) => [id, result(id, { outcome: "fail", code: "INTERNAL", remedy: "Look." })])),
  )

/** The states that follow each other, a second apart. */
function states(turns: readonly [down: CheckId[], channels?: ChannelName[]][]): AlertState {
  const next = (state: AlertState, [down, channels = BOTH]: (typeof turns)[0], index: number) =>
    nextAlert(state, stands(...down), later(index), channels)
  return turns.reduce(next, { outbox: [] } as AlertState)
}

const said = ({ outbox }: AlertState) => outbox.map(({ channel, message }) => `${channel} ${message.kind}`)
const failed = (channel: ChannelName, id: string): Outcome => ({
  channel,
  id,
  problem: new Problem("WEBHOOK_REFUSED", "the webhook answered 503"),
})

describe("nextAlert", () => {
  it.each<[string, Parameters<typeof states>[0], string[]]>([
    ["nothing while all is well", [[[]], [[]]], []],
    ["both that it opens", [[["health"]]], ["webhook opened", "issue opened"]],
    ["nobody what they know", [[["health"]], [["health"]]], ["webhook opened", "issue opened"]],
    [
      "the issue alone what changes",
      [[["health"]], [["health", "appcast"]], [["appcast"]]],
      ["webhook opened", "issue opened", "issue changed", "issue changed"],
    ],
    ["both that it closes", [[["health"]], [[]]], ["webhook opened", "issue opened", "webhook closed", "issue closed"]],
    [
      "nobody where nobody is to be told",
      [
        [["health"], []],
        [[], []],
      ],
      [],
    ],
    [
      "a channel configured in the middle that it is open, and what is down now",
      [[["health"], ["webhook"]], [["health", "appcast"]], [[]]],
      ["webhook opened", "issue opened", "webhook closed", "issue closed"],
    ],
    [
      "a channel that was away for a while nothing twice",
      [[["health"]], [["health", "appcast"], ["issue"]], [["health", "appcast"]], [[]]],
      ["webhook opened", "issue opened", "issue changed", "webhook closed", "issue closed"],
    ],
    [
      "no channel of the end that was not told of the beginning",
      [[["health"], ["issue"]], [[]]],
      ["issue opened", "issue closed"],
    ],
  ])("tells %s", (_, turns, expected) => {
    expect(said(states(turns))).toEqual(expected)
  })

  it("makes the same id of the same turn, and another of the next", () => {
    const turns: Parameters<typeof states>[0] = [[["health"]], [["appcast"]], [["health"]], [[]], [["health"]]]
    const ids = states(turns).outbox.map(({ channel, message }) => `${channel} ${message.id}`)
    expect(states(turns).outbox.map(({ channel, message }) => `${channel} ${message.id}`)).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it("survives being stored", () => {
    const state = claim(states([[["health"]], [["health", "appcast"]]]), later(9)).state
    expect(parseAlertState(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })
})

describe("claim", () => {
  it("lets only one of two runs send, until its time is over", () => {
    const first = claim(states([[["health"]]]), later(0))
    expect(first.claimed).toHaveLength(2)
    expect(claim(first.state, later(119)).claimed).toEqual([])
    expect(claim(first.state, later(121)).claimed).toHaveLength(2)
  })

  it("holds the later messages of a channel back while the first is being sent", () => {
    const { state } = claim(states([[["health"]]]), later(0))
    const closed = nextAlert(state, stands(), later(1), BOTH)
    expect(claim(closed, later(2)).claimed).toEqual([])
    expect(claim(closed, later(121)).claimed.map(({ message }) => message.kind)).toEqual([
      "opened",
      "closed",
      "opened",
      "closed",
    ])
  })
})

describe("claim of many", () => {
  it("takes the oldest ten of a channel: what is not taken can still be overtaken", () => {
    const turns = Array.from({ length: 14 }, (_, index): [CheckId[], ChannelName[]] => [
      index % 2 === 0 ? ["health"] : [],
      ["webhook"],
    ])
    const before = states(turns)
    const { state, claimed } = claim(before, later(60))
    expect(claimed.map(({ message }) => message.id)).toEqual(
      before.outbox.slice(0, 10).map(({ message }) => message.id),
    )
    expect(state.outbox.map(({ claimedUntil }) => claimedUntil !== undefined)).toEqual(
      turns.map((_, index) => index < 10),
    )
    expect(claim(state, later(61)).claimed).toEqual([])
  })
})

describe("settle", () => {
  it("waits one minute after the first failure, twice as long after each, and half an hour at most", () => {
    let state = states([[["health"], ["webhook"]]])
    let now = later(0)
    const pauses = Array.from({ length: 7 }, () => {
      const { claimed, ...next } = claim(state, now)
      state = settle(
        next.state,
        claimed,
        claimed.map(({ channel, message }) => failed(channel, message.id)),
        now,
      )
      const due = new Date(state.outbox[0]?.notBefore ?? 0)
      expect(claim(state, new Date(due.getTime() - 1)).claimed).toEqual([])
      const minutes = (due.getTime() - now.getTime()) / 60_000
      now = due
      return minutes
    })
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30])
  })

  it("leaves alone what another run has claimed since", () => {
    const slow = claim(states([[["health"], ["webhook"]]]), later(0))
    const next = claim(slow.state, later(130))
    const id = slow.claimed[0]?.message.id ?? ""
    const late = settle(next.state, slow.claimed, [failed("webhook", id)], later(131))
    expect(late).toEqual(next.state)
    expect(claim(late, later(132)).claimed).toEqual([])
    // What was sent after all is not sent again.
    expect(settle(next.state, slow.claimed, [{ channel: "webhook", id }], later(131)).outbox).toEqual([])
  })

  it("frees what was not tried", () => {
    const before = states([[["health"]], [[]]])
    const { state, claimed } = claim(before, later(2))
    expect(settle(state, claimed, [], later(3))).toEqual(before)
  })

  it("remembers the issue of the latest alert", () => {
    const { state, claimed } = claim(
      states([
        [["health"], ["issue"]],
        [[], ["issue"]],
        [["health"], ["issue"]],
      ]),
      later(9),
    )
    const outcomes = claimed.map(({ message, channel, alert }) => {
      const number = alert === claimed[0]?.alert ? 1 : 2
      return { channel, id: message.id, incident: { number, url: "u" } }
    })
    expect(settle(state, claimed, outcomes, later(9)).issue).toMatchObject({ number: 2, alert: state.open?.since })
  })
})

describe("parseAlertState", () => {
  it.each([undefined, null, 1, "x", [], {}, { outbox: [{}] }, { outbox: 1 }, { open: { since: 1 }, outbox: [] }])(
    "forgets %j",
    (value) => {
      expect(parseAlertState(value)).toEqual({ outbox: [] })
    },
  )

  it("keeps an open alert although something beside it is damaged", () => {
    const { open, outbox } = states([[["health"]]])
    const damaged = {
      open: { ...open, checks: ["health", "a check of old"] },
      outbox: [{ channel: "pigeon" }, ...outbox],
      issue: 7,
    }
    expect(parseAlertState(damaged)).toEqual({ open, outbox })
  })

  it("does not wait for a time that is none", () => {
    const state = states([[["health"], ["webhook"]]])
    const damaged = { ...state, outbox: state.outbox.map((each) => ({ ...each, notBefore: "whenever" })) }
    expect(parseAlertState(damaged).outbox).toEqual([])
  })
})
