import type { CheckId } from "../checks/check.ts"
import type { Incident } from "../ports/incidents.ts"
import type { ProblemCode } from "../problem.ts"

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

/** The one alert that is open. */
export interface OpenAlert {
  /** When it was opened, ISO 8601. */
  since: string
  /** What was down when it was last spoken of. */
  checks: CheckId[]
  /** The channels that were told that it is open; no other hears of its changes and its end. */
  heard: ChannelName[]
  /** How often it was spoken of. */
  turns: number
}

/** What is remembered of alerts between runs. It is stored with the standing, in one write. */
export interface AlertState {
  open?: OpenAlert
  /** What is still to be sent, oldest first. */
  outbox: Delivery[]
  /** The issue of the latest alert. */
  issue?: Incident & { alert: string }
}

/**
 * `opened`: something is wrong now. `changed`: something else than before is. `closed`: all is well again. `healed`: something
 * was wrong, and has been put right already.
 */
export type MessageKind = "opened" | "changed" | "closed" | "healed"

/** One check that is down, as people are told of it. */
export interface AlertedCheck {
  id: CheckId
  title: string
  message: string
  code?: ProblemCode
  remedy?: string
  /** ISO 8601. */
  since: string
}

/** What is said when the state changes. */
export interface Message {
  /** The same for the same change, however often it is entered: receivers can tell a message that comes again. */
  id: string
  kind: MessageKind
  /** ISO 8601. */
  at: string
  product: string
  /** What has happened, without its full stop. */
  sentence: string
  /** Those that are down now; none when all is well. */
  checks: AlertedCheck[]
}
