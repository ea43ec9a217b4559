import { CHECK_IDS, type CheckId } from "../checks/check.ts"
import type { Incident } from "../ports/incidents.ts"
import type { Standing } from "../report/standing.ts"
import { compose, type Message } from "./message.ts"

/** Where messages go. */
export type ChannelName = "webhook" | "issue"

/** One message to one channel. Those of a channel are sent in their order. */
export interface Delivery {
  channel: ChannelName
  message: Message
  /** When the alert that it belongs to was opened: the issue is found by it. */
  alert: string
  attempts: number
  /** Not before then, ISO 8601. */
  notBefore?: string
  /** A run is sending it, until then at the latest: another must not. */
  claimedUntil?: string
}

/** What is remembered of alerts between runs. It is stored with the standing, in one write. */
export interface AlertState {
  open?: { since: string; checks: CheckId[] }
  /** What is still to be sent, oldest first. */
  outbox: Delivery[]
  /** The issue of the latest alert. */
  issue?: Incident & { alert: string }
}

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

/** More than this and the oldest go: after a day without a channel nobody reads every turn. */
const OUTBOX_LIMIT = 40

/**
 * The state after a run: opens an alert when the first check is down, and closes it when the last is up. The webhook hears of
 * both, the issue also of what changes in between.
 */
export function nextAlert(
  state: AlertState,
  standing: Standing,
  now: Date,
  channels: readonly ChannelName[],
): AlertState {
  const down = CHECK_IDS.filter((id) => standing.checks[id]?.down)
  const { open } = state
  const at = now.toISOString()
  if (!open && down.length > 0) {
    return { ...say(state, "opened", at, channels, standing, down, at), open: { since: at, checks: down } }
  }
  if (!open || down.join() === open.checks.join()) return state
  if (down.length > 0) {
    const issueOnly = channels.filter((channel) => channel === "issue")
    return { ...say(state, "changed", open.since, issueOnly, standing, down, at), open: { ...open, checks: down } }
  }
  const { open: _, ...closed } = say(state, "closed", open.since, channels, standing, [], at)
  return closed
}

function say(
  state: AlertState,
  kind: Message["kind"],
  alert: string,
  channels: readonly ChannelName[],
  standing: Standing,
  down: readonly CheckId[],
  at: string,
): AlertState {
  const message = compose(kind, alert, standing, down, at)
  const fresh = channels.map((channel): Delivery => ({ channel, message, alert, attempts: 0 }))
  return { ...state, outbox: bounded([...state.outbox, ...fresh]) }
}

/** The oldest that nobody is sending go first. */
function bounded(outbox: Delivery[]): Delivery[] {
  let excess = outbox.length - OUTBOX_LIMIT
  return outbox.filter(({ claimedUntil }) => claimedUntil !== undefined || excess-- <= 0)
}

/**
 * Takes what is due for this run: of each channel everything, when its first may be tried now and nobody else is at it.
 * Whoever writes the state down first is the one who sends.
 */
export function claim(state: AlertState, now: Date): { state: AlertState; claimed: Delivery[] } {
  const at = now.toISOString()
  const free = (channel: ChannelName) => {
    const first = state.outbox.find((delivery) => delivery.channel === channel)
    const busy = state.outbox.some((each) => each.channel === channel && (each.claimedUntil ?? "") > at)
    return first !== undefined && !busy && (first.notBefore ?? "") <= at
  }
  const claimedUntil = new Date(now.getTime() + CLAIM_MS).toISOString()
  const claimed = state.outbox.filter(({ channel }) => free(channel)).map((each) => ({ ...each, claimedUntil }))
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
  const same = (a: Outcome, b: Delivery) => a.channel === b.channel && a.id === b.message.id
  const outbox = state.outbox.flatMap((delivery) => {
    const mine = claimed.some((each) => isSame(each, delivery))
    if (!mine) return [delivery]
    const { claimedUntil: _, ...freed } = delivery
    const outcome = outcomes.find((each) => same(each, delivery))
    if (!outcome) return [freed]
    return outcome.problem ? [postponed(freed, now)] : []
  })
  const opened = outcomes.find(({ incident }) => incident)
  const alert = claimed.find((each) => opened && same(opened, each))?.alert
  return { ...state, outbox, ...(opened?.incident && alert && { issue: { ...opened.incident, alert } }) }
}

function isSame(a: Delivery, b: Delivery): boolean {
  return a.channel === b.channel && a.message.id === b.message.id
}

function postponed(delivery: Delivery, now: Date): Delivery {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** delivery.attempts, LONGEST_PAUSE_MS)
  return { ...delivery, attempts: delivery.attempts + 1, notBefore: new Date(now.getTime() + pauseMs).toISOString() }
}
