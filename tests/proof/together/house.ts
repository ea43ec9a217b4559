import type { World } from "../../../shared/release/world.ts"
import { inboxShelf, memoryInbox } from "../../memory/inbox.ts"
import { type LeaseShelf, memoryLeases } from "../../memory/leases.ts"
import { memoryReleases, releaseShelf } from "../../memory/releases.ts"
import { memoryStore, storeShelf } from "../../memory/store.ts"
import { atOnce, type Turn } from "../../memory/turn.ts"
import { branch, memoryWorkspace } from "../../memory/workspace.ts"
import { type Files, POLICY } from "../../world.ts"

export const NOW = new Date("2026-11-22T10:00:00.000Z")

/** A release desk in memory, which several processes share. */
export type House = ReturnType<typeof openHouse>

/** An empty one, whose workspace holds these files. */
export function openHouse(workspace: Record<string, string>, immutable: boolean) {
  const leases: LeaseShelf = new Map()
  const house = {
    releases: releaseShelf(immutable),
    inbox: inboxShelf(() => new Date(NOW.getTime() - 600_000)),
    state: storeShelf(),
    branch: branch(workspace),
    leases,
    /** Everything a process of its own has, with its own clock. */
    world(turn: Turn = atOnce, clockMs = 0): World {
      return {
        policy: POLICY,
        inbox: memoryInbox(house.inbox, turn),
        releases: memoryReleases(house.releases, turn),
        workspace: memoryWorkspace(house.branch, turn),
        state: memoryStore(house.state, turn),
        leases: memoryLeases(leases, turn),
        now: () => new Date(NOW.getTime() + clockMs),
        log: () => {},
      }
    },
    async drop(folder: string, files: Files): Promise<void> {
      const inbox = memoryInbox(house.inbox)
      for (const [name, bytes] of Object.entries(files))
        await inbox.put(`${folder}/${name}`, ReadableStream.from([bytes]), { sizeBytes: bytes.length })
    },
  }
  return house
}
