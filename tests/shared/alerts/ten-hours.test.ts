import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AlertState, claim, nextAlert, settle } from "../../../shared/alerts/alert.ts"
import { deliver } from "../../../shared/alerts/deliver.ts"
import { parseAlertState } from "../../../shared/alerts/parse-state.ts"
import type { Incidents } from "../../../shared/ports/incidents.ts"
import { Problem } from "../../../shared/problem.ts"
import { advance } from "../../../shared/report/advance.ts"
import type { Standing } from "../../../shared/report/standing.ts"
import { report, result } from "../report/views.ts"

const RUNS = 120 // ten hours, one each five minutes
const START = Date.parse("2026-11-22T10:00:00.000Z")

/** What happens in one run: how the checks end, and what of the outside works. */
interface Turn {
  health: boolean
  appcast: boolean
  webhookUp: boolean
  githubUp: boolean
  /** The process dies after this step: 1 entered, 2 sent. */
  dies: 0 | 1 | 2
}

const turn = fc.record<Turn>({
  health: fc.boolean(),
  appcast: fc.boolean(),
  webhookUp: fc.boolean(),
  githubUp: fc.boolean(),
  dies: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2),
})

interface Seen {
  id: string
  event: string
}

/** A receiver and an issue tracker in memory, and runs that use them as the product does. */
function world() {
  const received: Seen[] = []
  const issues: { marker: string; open: boolean; comments: string[] }[] = []
  let up = { webhookUp: true, githubUp: true }
  let state: AlertState = { outbox: [] }
  let standing: Standing | undefined

  const hook = {
    async post(body: unknown) {
      if (!up.webhookUp) throw new Problem("WEBHOOK_REFUSED", "the webhook answered 503")
      received.push(body as Seen)
    },
  }
  const online = () => {
    if (!up.githubUp) throw new Problem("GITHUB_UNREACHABLE", "no answer")
  }
  const incidents: Incidents = {
    async open({ marker }) {
      online()
      if (!issues.some((issue) => issue.marker === marker)) issues.push({ marker, open: true, comments: [] })
      const number = issues.findIndex((issue) => issue.marker === marker) + 1
      return { number, url: `https://example.org/${number}` }
    },
    async add(number, { marker }) {
      online()
      const comments = issues[number - 1]?.comments
      if (comments && !comments.includes(marker)) comments.push(marker)
    },
    async close(number) {
      online()
      const issue = issues[number - 1]
      if (issue) issue.open = false
    },
  }
  const channels = { webhook: { hook, format: "json" as const }, incidents }

  async function run(index: number, { health, appcast, webhookUp, githubUp, dies }: Turn): Promise<void> {
    up = { webhookUp, githubUp }
    const now = new Date(START + index * 300_000)
    const at = now.toISOString()
    const results = [
      result("health", { outcome: health ? "pass" : "fail", code: "ENDPOINT_UNHEALTHY", remedy: "Look." }, { at }),
      result("appcast", { outcome: appcast ? "pass" : "fail", code: "APPCAST_INVALID", remedy: "Look." }, { at }),
    ]
    standing = advance(standing, report(results, { id: `R${index}`, at }))
    const claimed = claim(nextAlert(state, standing, now, ["webhook", "issue"]), now)
    state = stored(claimed.state)
    if (dies === 1) return
    const outcomes = await deliver(claimed.claimed, channels, state.issue, new AbortController().signal)
    if (dies === 2) return
    state = stored(settle(state, claimed.claimed, outcomes, now))
  }
  return { received, issues, run, state: () => state }
}

/** As the store gives it back. */
const stored = (state: AlertState): AlertState => parseAlertState(JSON.parse(JSON.stringify(state)))

const calm: Turn = { health: true, appcast: true, webhookUp: true, githubUp: true, dies: 0 }

describe("ten hours of flapping", () => {
  it("opens one alert at a time, closes each, and says everything in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: RUNS, maxLength: RUNS }), async (turns) => {
        const { received, issues, run, state } = world()
        for (const [index, each] of turns.entries()) {
          await run(index, each)
          expect(issues.filter(({ open }) => open).length).toBeLessThanOrEqual(1)
        }
        // Two hours of calm: everything that was held back arrives.
        for (let index = RUNS; index < RUNS + 24; index++) await run(index, calm)
        expect(state().outbox).toEqual([])
        expect(state().open).toBeUndefined()
        const once = received.filter(({ id }, index) => received.findIndex((each) => each.id === id) === index)
        const events = once.map(({ event }) => event)
        expect(events).toEqual(events.map((_, index) => (index % 2 === 0 ? "opened" : "closed")))
        expect(events.length % 2).toBe(0)
        expect(issues.every(({ open }) => !open)).toBe(true)
        // Only a process that died between sending and writing it down says anything twice.
        if (turns.every(({ dies }) => dies !== 2)) expect(received).toEqual(once)
      }),
      { numRuns: 60 },
    )
  })

  it("says nothing of failures that never come twice in a row", async () => {
    const { received, issues, run } = world()
    for (let index = 0; index < RUNS; index++) await run(index, { ...calm, health: index % 2 === 0 })
    expect([received, issues]).toEqual([[], []])
  })

  it("says one message each way, and the rest in the issue", async () => {
    const { received, issues, run } = world()
    const bad = (turns: Partial<Turn>) => ({ ...calm, ...turns })
    const turns = [calm, bad({ health: false }), bad({ health: false }), bad({ health: false, appcast: false })]
    const more = [
      bad({ health: false, appcast: false }),
      bad({ appcast: false }),
      bad({ appcast: false }),
      calm,
      calm,
      calm,
    ]
    for (const [index, each] of [...turns, ...more].entries()) await run(index, each)
    expect(received.map(({ event }) => event)).toEqual(["opened", "closed"])
    expect(issues.map(({ open, comments }) => [open, comments.map((id) => id.split("/")[1])])).toEqual([
      [false, ["changed", "changed", "closed"]],
    ])
  })

  it("sends what the webhook refused for an hour, once, when it is back", async () => {
    const { received, run } = world()
    for (let index = 0; index < 14; index++) await run(index, { ...calm, health: false, webhookUp: false })
    expect(received).toEqual([])
    for (let index = 14; index < 24; index++) await run(index, { ...calm, health: false })
    expect(received.map(({ event }) => event)).toEqual(["opened"])
  })
})

describe("claim", () => {
  it("lets only one of two runs send", async () => {
    const { run, state } = world()
    for (let index = 0; index < 2; index++)
      await run(index, { ...calm, health: false, webhookUp: false, githubUp: false })
    const later = new Date(START + 3_600_000)
    const first = claim(state(), later)
    expect(first.claimed).toHaveLength(2)
    expect(claim(stored(first.state), later).claimed).toEqual([])
    const afterwards = new Date(later.getTime() + 121_000)
    expect(claim(stored(first.state), afterwards).claimed).toHaveLength(2)
  })
})

describe("parseAlertState", () => {
  it.each([undefined, null, 1, "x", [], {}, { outbox: [{}] }, { open: { since: 1 }, outbox: [] }])(
    "forgets %j",
    (value) => {
      expect(parseAlertState(value)).toEqual({ outbox: [] })
    },
  )
})
