import type { Digest } from "../ports/releases.ts"

/** What one look at the VM has shown: the secret without its value, and the manifest's bytes by their digest. */
export interface VmLook {
  secret: "present" | "file missing" | "file unreadable" | "key missing" | "empty" | "placeholder"
  manifest: { digest: Digest; sizeBytes: number } | "missing" | "unreadable"
}
