import { CHECK_IDS } from "../checks/check.ts"
import type { Incident } from "../ports/incidents.ts"
import type { Healed } from "../report/report.ts"
import type { Standing } from "../report/standing.ts"
import { compose, composeHealed } from "./message.ts"
import { bounded } from "./outbox.ts"
import type { AlertState, ChannelName, Delivery, Message } from "./state.ts"

/** How a delivery ended, for the next state. One that was not tried, since one before it failed, is no outcome. */
export interface Outcome {
  channel: ChannelName
  id: string
  /** The issue that was opened. */
  incident?: Incident
  /** Why it was not sent. */
  problem?: Error
}

/** How long a run has for sending what it claimed, in milliseconds. After a crash the message is free again then. */
const CLAIM_MS = 2 * 60_000

const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 30 * 60_000

/** How many messages a run takes of a channel at once: what is not taken can still be overtaken. */
const CLAIMED = 10

/**
 * The state after a run: opens an alert when the first check is down, and closes it when the last is up. The webhook hears of
 * both, the issue also of what changes in between. A channel that is configured while an alert is open hears that it is. What
 * Slipway has put right by itself is told to all of them, for somebody has to find out how it came to be wrong.
 */
export function nextAlert(
  state: AlertState,
  standing: Standing,
  now: Date,
  channels: readonly ChannelName[],
  healed?: Healed,
): AlertState {
  const next = nextState(state, standing, now, channels)
  if (!healed) return next
  const message = composeHealed(healed, standing.product)
  const news = channels.map((channel) => ({ channel, message, alert: healed.at, attempts: 0 }))
  return { ...next, outbox: bounded([...next.outbox, ...news]) }
}

function nextState(state: AlertState, standing: Standing, now: Date, channels: readonly ChannelName[]): AlertState {
  const down = CHECK_IDS.filter((id) => standing.checks[id]?.down)
  const at = now.toISOString()
  const { open = { since: at, checks: [], heard: [], turns: 0 }, ...rest } = state
  if (!state.open && down.length === 0) return state
  const heard = channels.filter((channel) => open.heard.includes(channel))
  const say = (kind: Exclude<Message["kind"], "healed">, to: readonly ChannelName[]): Delivery[] => {
    const message = compose(kind, open, standing, down, at)
    return to.map((channel) => ({ channel, message, alert: open.since, attempts: 0 }))
  }
  if (down.length === 0) return { ...rest, outbox: bounded([...state.outbox, ...say("closed", heard)]) }

  const unheard = channels.filter((channel) => !open.heard.includes(channel))
  const changed = down.join() !== open.checks.join()
  if (!changed && unheard.length === 0) return state
  const followers = heard.filter((channel) => changed && channel === "issue")
  return {
    ...rest,
    open: { since: open.since, checks: down, heard: [...open.heard, ...unheard], turns: open.turns + 1 },
    outbox: bounded([...state.outbox, ...say("opened", unheard), ...say("changed", followers)]),
  }
}

/**
 * Takes what is due for this run: of each channel the oldest, when the first may be tried now and nobody else is at it.
 * Whoever writes the state down first is the one who sends.
 */
export function claim(state: AlertState, now: Date): { state: AlertState; claimed: Delivery[] } {
  const at = now.toISOString()
  const claimedUntil = new Date(now.getTime() + CLAIM_MS).toISOString()
  const claimed = (["webhook", "issue"] as const).flatMap((channel) => {
    const queue = state.outbox.filter((each) => each.channel === channel)
    const busy = queue.some((each) => (each.claimedUntil ?? "") > at)
    if (busy || (queue[0]?.notBefore ?? "") > at) return []
    return queue.slice(0, CLAIMED).map((each) => ({ ...each, claimedUntil }))
  })
  const outbox = state.outbox.map((each) => claimed.find((mine) => isSame(mine, each)) ?? each)
  return { state: { ...state, outbox }, claimed }
}

/** The state after sending: what was sent is gone, what was not is tried again later, with longer and longer pauses. */
export function settle(
  state: AlertState,
  claimed: readonly Delivery[],
  outcomes: readonly Outcome[],
  now: Date,
): AlertState {
  const outbox = state.outbox.flatMap((delivery) => {
    const mine = claimed.find((each) => isSame(each, delivery))
    if (!mine) return [delivery]
    const outcome = outcomes.find((each) => isOf(each, delivery))
    if (outcome && !outcome.problem) return []
    // Ours no longer: we were too slow, and another run is sending it by now.
    if (delivery.claimedUntil !== mine.claimedUntil) return [delivery]
    const { claimedUntil: _, ...freed } = delivery
    return [outcome ? postponed(freed, now) : freed]
  })
  const latest = outcomes.findLast(({ incident }) => incident)
  const alert = claimed.find((each) => latest && isOf(latest, each))?.alert
  return { ...state, outbox, ...(latest?.incident && alert && { issue: { ...latest.incident, alert } }) }
}

function isOf(outcome: Outcome, { channel, message }: Delivery): boolean {
  return outcome.channel === channel && outcome.id === message.id
}

function isSame(a: Delivery, b: Delivery): boolean {
  return a.channel === b.channel && a.message.id === b.message.id
}

function postponed(delivery: Delivery, now: Date): Delivery {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** delivery.attempts, LONGEST_PAUSE_MS)
  return { ...delivery, attempts: delivery.attempts + 1, notBefore: new Date(now.getTime() + pauseMs).toISOString() }
}
