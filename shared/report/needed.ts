import type { CheckId } from "../checks/check.ts"

/** What must have been seen before a release may be called proven. */
export const PROOF: readonly CheckId[] = ["release", "assets", "download", "manifest"]

/** Of these, whatever is configured must have been seen too, and not failing. */
export const SERVED: readonly CheckId[] = ["health", "updates", "appcast"]
