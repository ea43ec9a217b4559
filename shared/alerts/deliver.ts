import type { Incident, Incidents } from "../ports/incidents.ts"
import type { Webhook } from "../ports/webhook.ts"
import { asProblem } from "../problem.ts"
import type { Outcome } from "./alert.ts"
import { FORMATS, type WebhookFormat } from "./formats.ts"
import { issueBody, issueComment, issueTitle } from "./issue.ts"
import type { AlertState, ChannelName, Delivery, Message } from "./state.ts"

/** Where alerts go, as configured. */
export interface Channels {
  webhook?: { hook: Webhook; format: WebhookFormat }
  incidents?: Incidents
}

export function namesOf({ webhook, incidents }: Channels): ChannelName[] {
  return [...(webhook ? (["webhook"] as const) : []), ...(incidents ? (["issue"] as const) : [])]
}

/**
 * Sends what was claimed: the channels at the same time, the messages of each in their order, and none after one that
 * failed. Never throws. A webhook whose answer is lost is sent the message again later, under the same id: an alert that comes
 * twice is better than one that never comes. Issues are looked up by their marker, and say everything once. After the
 * signal nothing new is begun: what was not tried is free again.
 */
export async function deliver(
  claimed: readonly Delivery[],
  channels: Channels,
  issue: AlertState["issue"],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const { webhook, incidents } = channels
  let known: (Incident & { alert: string }) | undefined = issue

  async function send({ channel, message, alert }: Delivery): Promise<Incident | undefined> {
    if (channel === "webhook") {
      await webhook?.hook.post(FORMATS[webhook.format](message), signal)
      return undefined
    }
    if (!incidents) return undefined
    if (message.kind === "healed") {
      const { number } = await incidents.open(issueOf(message, alert))
      await incidents.close(number)
      return undefined // The issue of the open alert, if there is one, stays the one to go on with.
    }
    if (message.kind === "opened" || known?.alert !== alert) {
      const incident = await incidents.open(issueOf(message, alert))
      known = { ...incident, alert }
    }
    if (message.kind !== "opened")
      await incidents.add(known.number, { body: issueComment(message), marker: message.id })
    if (message.kind === "closed") await incidents.close(known.number)
    return { number: known.number, url: known.url }
  }

  async function sendAll(channel: ChannelName): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    for (const delivery of claimed.filter((each) => each.channel === channel)) {
      if (signal.aborted) break
      const outcome = { channel, id: delivery.message.id }
      try {
        const incident = await send(delivery)
        outcomes.push({ ...outcome, ...(incident && { incident }) })
      } catch (error) {
        return [...outcomes, { ...outcome, problem: asProblem(error) }]
      }
    }
    return outcomes
  }

  return (await Promise.all([sendAll("webhook"), sendAll("issue")])).flat()
}

function issueOf(message: Message, alert: string): Parameters<Incidents["open"]>[0] {
  const marker = `${encodeURIComponent(message.product)} ${alert}`
  return { title: issueTitle(message), body: issueBody(message), marker }
}
