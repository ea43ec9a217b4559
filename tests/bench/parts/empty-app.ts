import { app } from "@azure/functions"

// The least that an app can be: what it takes to load this, every app takes.
app.http("empty", { methods: ["GET"], authLevel: "anonymous", handler: async () => ({ body: "" }) })
