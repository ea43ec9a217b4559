import type { ChannelName, Delivery } from "./state.ts"

/** What is kept for one channel. After many hours without it nobody reads every turn. */
const LIMIT = 20

/**
 * The outbox within its bounds. What an outage holds back is all sent when it is over; only beyond the bound the overtaken go,
 * oldest first: a change that a later message of its alert replaces, or what was put right and has been once more since, then a
 * whole alert that came and went unheard. So whatever is sent still begins with `opened` and ends with `closed`. What may have
 * been sent is never taken away.
 */
export function bounded(outbox: Delivery[]): Delivery[] {
  return bound(bound(outbox, "webhook"), "issue")
}

function bound(outbox: Delivery[], channel: ChannelName): Delivery[] {
  const queue = outbox.filter((each) => each.channel === channel)
  if (queue.length <= LIMIT) return outbox
  const overtaken = replaced(queue) ?? unheard(queue)
  if (overtaken.length === 0) return outbox
  const rest = outbox.filter((each) => !overtaken.includes(each))
  return bound(rest, channel)
}

function replaced(queue: readonly Delivery[]): Delivery[] | undefined {
  const found = queue.find((each, index) => {
    const later = queue.slice(index + 1)
    const isOvertaken =
      (each.message.kind === "changed" && later.some(({ alert }) => alert === each.alert)) ||
      (each.message.kind === "healed" && later.some(({ message }) => message.kind === "healed"))
    return isOvertaken && isUntouched(each)
  })
  return found && [found]
}

function unheard(queue: readonly Delivery[]): Delivery[] {
  const alerts = [...new Set(queue.map(({ alert }) => alert))]
  return alerts.map((alert) => queue.filter((each) => each.alert === alert)).find(isWhole) ?? []
}

function isWhole(alert: readonly Delivery[]): boolean {
  const kinds = alert.map(({ message }) => message.kind)
  return kinds.includes("opened") && kinds.includes("closed") && alert.every(isUntouched)
}

/** Nobody has tried to send it, nor is about to. */
function isUntouched({ attempts, claimedUntil }: Delivery): boolean {
  return attempts === 0 && claimedUntil === undefined
}
