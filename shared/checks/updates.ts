import type { Check } from "./check.ts"
import { healthCheck } from "./endpoint-health.ts"

/** The health of the server's updates, and the version it knows. It can lie: the check `appcast` looks at what clients get. */
export const updates: Check = healthCheck({
  id: "updates",
  title: "The update server is healthy and knows the release",
  endpoint: "updatesHealth",
})
