import type { Check } from "./check.ts"
import { healthCheck } from "./endpoint-health.ts"

/** The server's own health, and the version it knows. */
export const health: Check = healthCheck({
  id: "health",
  title: "The server is healthy and knows the release",
  endpoint: "health",
})
