import type { Inbox } from "../ports/inbox.ts"
import type { Machine } from "../ports/machine.ts"
import type { Permissions } from "../ports/permissions.ts"
import type { PoisonQueue } from "../ports/queue.ts"
import type { Releases } from "../ports/releases.ts"
import type { Store } from "../ports/store.ts"
import type { Vault } from "../ports/vault.ts"
import type { Web } from "../ports/web.ts"
import type { Workspace } from "../ports/workspace.ts"
import type { Policy } from "../release/world.ts"
import type { VersionPoint } from "../version/points.ts"

/** Where the update server answers. */
export interface Endpoints {
  health: string
  updatesHealth: string
  appcast: string
}

/** The VM that serves updates, and what lies where on it. */
export interface VmSettings {
  machine: Machine
  /** Absolute paths on the VM. */
  envFile: string
  manifest: string
  /** The name of the key in the env file. */
  secret: string
}

/** All that checks look at, handed in. What is not configured is absent, and its checks are skipped. */
export interface CheckWorld {
  policy: Policy
  releases: Releases
  workspace: Workspace
  /** Asks GitHub who we are and what we may do. */
  permissions(): Promise<Permissions>
  web: Web
  storage?: { inbox: Inbox; state: Store; poison: PoisonQueue }
  endpoints?: Endpoints
  vm?: VmSettings
  vault?: { vault: Vault /** The secrets that the settings refer to. */; names: readonly string[] }
  versionPoints: readonly VersionPoint[]
  /** Whether the manifest changes together with VERSION, instead of with the release. */
  manifestNow?: boolean
  /** Reads every byte of the download, instead of its head. */
  deep: boolean
  now: () => Date
}
