import type { Digest } from "./releases.ts"

/** Where the update server reads the manifest that clients see. */
export interface ManifestPlace {
  /** For people: `/srv/manifest.json on Nexy`. */
  readonly name: string
  /**
   * Puts a manifest there, whole or not at all; one that is there already is not written again. `confirm` is called when nobody
   * else can write there any more, and throws when the text is no longer what should be there. Throws what `confirm` throws,
   * what a Machine throws, VM_LOCKED and VM_SCRIPT_FAILED.
   */
  put(text: string, confirm: () => Promise<void>, signal: AbortSignal): Promise<{ digest: Digest; written: boolean }>
}
