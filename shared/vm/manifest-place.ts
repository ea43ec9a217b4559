import type { Leases } from "../ports/leases.ts"
import type { Machine } from "../ports/machine.ts"
import type { ManifestPlace } from "../ports/manifest-place.ts"
import { type Wait, whileHeld } from "./one-at-a-time.ts"
import { putManifest } from "./put-manifest.ts"

/** A manifest's place on a VM, where `machine` is one that does not wait for its turn: the place itself does. */
export interface VmManifestPlace {
  machine: Machine
  leases: Leases | undefined
  /** A path on the VM. */
  manifest: string
}

/**
 * The place on the VM, written by one run of Slipway at a time: what was confirmed there is still so when it is written. Besides a
 * ManifestPlace's own codes it throws what the leases throw, VM_SILENT and VM_ANSWER_CUT.
 */
export function manifestPlace(
  { machine, leases, manifest }: VmManifestPlace,
  wait: Wait & { silentMs?: number } = {},
): ManifestPlace {
  return {
    name: `${manifest} on ${machine.name}`,
    put: (text, confirm, signal) =>
      whileHeld(
        machine,
        leases,
        signal,
        async (turn) => {
          await confirm()
          return putManifest(machine, { manifest, text }, turn, wait)
        },
        wait,
      ),
  }
}
