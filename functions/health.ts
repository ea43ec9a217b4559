import { app } from "@azure/functions"

// Liveness only: it needs nothing, loads nothing and says nothing else.
app.http("health", {
  methods: ["GET"],
  authLevel: "anonymous",
  route: "health",
  handler: async () => ({ jsonBody: { status: "ok" } }),
})
