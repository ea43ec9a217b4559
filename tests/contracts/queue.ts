import { beforeEach, describe, expect, it } from "vitest"
import type { Queue } from "../../shared/ports/queue.ts"

export interface QueueWorld {
  queue: Queue
  /** The messages that a receiver would get now, as it would get them. */
  receive(): Promise<string[]>
  /** How many there are, due or not. */
  count(): Promise<number>
}

/** What every queue must do. `open` answers one whose place does not exist yet. */
export function queueContract(adapter: string, open: () => Promise<QueueWorld>): void {
  describe(`queue: ${adapter}`, () => {
    let world: QueueWorld
    beforeEach(async () => {
      world = await open()
    })

    it("delivers a message as it was sent", async () => {
      const message = JSON.stringify({ subject: "/containers/inbox/blobs/v1.2.3.4/Größe <&> 🍏.dmg" })
      await world.queue.send(message)
      expect(await world.receive()).toEqual([message])
    })

    it("delivers many that were sent at once", async () => {
      await Promise.all(["a", "b", "c"].map((message) => world.queue.send(message)))
      expect((await world.receive()).sort()).toEqual(["a", "b", "c"])
    })

    it.each([60, 0.5, 604_800])("keeps a message back for %d s", async (delaySeconds) => {
      await world.queue.send("later", delaySeconds)
      await world.queue.send("now")
      expect(await world.receive()).toEqual(["now"])
      expect(await world.count()).toBe(2)
    })
  })
}
