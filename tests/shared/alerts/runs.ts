import { claim, nextAlert, settle } from "../../../shared/alerts/alert.ts"
import { deliver } from "../../../shared/alerts/deliver.ts"
import { parseAlertState } from "../../../shared/alerts/parse-state.ts"
import type { AlertState, ChannelName, Delivery } from "../../../shared/alerts/state.ts"
import type { Incidents } from "../../../shared/ports/incidents.ts"
import { Problem } from "../../../shared/problem.ts"
import { advance } from "../../../shared/report/advance.ts"
import type { Standing } from "../../../shared/report/standing.ts"
import { report, result } from "../report/views.ts"

/** `lost`: it is done, and the answer never comes. */
export type Health = "up" | "down" | "lost"

/** What happens in one run: how the checks end, and what of the outside works. */
export interface Turn {
  health: boolean
  appcast: boolean
  webhook: Health
  github: Health
  /** The process dies after this step: 1 entered, 2 sent. */
  dies: 0 | 1 | 2
  /** Another run at the same moment sees the same. */
  twin: boolean
}

export const calm: Turn = { health: true, appcast: true, webhook: "up", github: "up", dies: 0, twin: false }

export const START = Date.parse("2026-11-22T10:00:00.000Z")

/** Five minutes, as the timer has it. */
export const at = (index: number): Date => new Date(START + index * 300_000)

interface Document {
  alert: AlertState
  standing?: Standing
}

/** A receiver and an issue tracker in memory, and runs that use them as the product does: one document, written with If-Match. */
export function world({ channels = ["webhook", "issue"] }: { channels?: ChannelName[] } = {}) {
  const received: { id: string; event: string }[] = []
  const issues: { marker: string; open: boolean; comments: string[] }[] = []
  let up: { webhook: Health; github: Health } = calm
  let stored = { text: JSON.stringify({ alert: { outbox: [] } }), version: 0 }

  async function change(edit: (before: Document) => Document): Promise<void> {
    for (;;) {
      const { text, version } = stored
      const before = JSON.parse(text)
      const next = edit({ ...before, alert: parseAlertState(before.alert) })
      await Promise.resolve() // Here another run may be faster.
      if (stored.version !== version) continue
      stored = { text: JSON.stringify(next), version: version + 1 }
      return
    }
  }

  async function answer(health: Health, work: () => void): Promise<void> {
    await Promise.resolve()
    if (health !== "down") work()
    if (health !== "up") throw new Problem("GITHUB_UNREACHABLE", "no answer")
  }
  const hook = { post: (body: unknown) => answer(up.webhook, () => received.push(body as (typeof received)[0])) }
  const incidents: Incidents = {
    async open({ marker }) {
      await answer(up.github, () => {
        if (!issues.some((issue) => issue.marker === marker)) issues.push({ marker, open: true, comments: [] })
      })
      const number = issues.findIndex((issue) => issue.marker === marker) + 1
      return { number, url: `https://example.org/${number}` }
    },
    add: (number, { marker }) =>
      answer(up.github, () => {
        const comments = issues[number - 1]?.comments
        if (comments && !comments.includes(marker)) comments.push(marker)
      }),
    close: (number) =>
      answer(up.github, () => {
        const issue = issues[number - 1]
        if (issue) issue.open = false
      }),
  }

  async function once(name: string, now: Date, { health, appcast, dies }: Turn): Promise<void> {
    const results = [
      result("health", { outcome: health ? "pass" : "fail", code: "ENDPOINT_UNHEALTHY", remedy: "Look." }),
      result("appcast", { outcome: appcast ? "pass" : "fail", code: "APPCAST_INVALID", remedy: "Look." }),
    ].map((each) => ({ ...each, at: now.toISOString() }))
    let claimed: Delivery[] = []
    let issue: AlertState["issue"]
    await change((before) => {
      const standing = advance(before.standing, report(results, { id: name, at: now.toISOString() }))
      const mine = claim(nextAlert(before.alert, standing, now, channels), now)
      claimed = mine.claimed
      issue = mine.state.issue
      return { standing, alert: mine.state }
    })
    if (dies === 1) return
    const sent = await deliver(claimed, { webhook: { hook, format: "json" }, incidents }, issue, signal)
    if (dies === 2) return
    await change((before) => ({ ...before, alert: settle(before.alert, claimed, sent, now) }))
  }

  return {
    received,
    issues,
    channels,
    state: () => parseAlertState(JSON.parse(stored.text).alert),
    async run(index: number, turn: Turn): Promise<void> {
      up = turn
      const names = turn.twin ? ["a", "b"] : ["a"]
      await Promise.all(names.map((name) => once(`R${index}${name}`, at(index), turn)))
    },
  }
}

const { signal } = new AbortController()
