import { app } from "@azure/functions"
import { QUEUES, slipway } from "../shared/app.ts"
import { answering, logTo } from "./answer.ts"

app.timer("verify-quick", {
  schedule: "30 2-59/5 * * * *",
  handler: async (_timer, context) => (await slipway()).verifyTimed("quick", logTo(context)),
})

app.timer("verify-vm", {
  schedule: "0 10 */6 * * *",
  handler: async (_timer, context) => (await slipway()).verifyTimed("on-vm", logTo(context)),
})

app.timer("verify-download", {
  schedule: "0 40 3 * * *",
  handler: async (_timer, context) => (await slipway()).verifyTimed("download", logTo(context)),
})

app.storageQueue("verify-released", {
  queueName: QUEUES.released,
  connection: "AzureWebJobsStorage",
  handler: async (_message, context) => (await slipway()).verifyReleased(logTo(context)),
})

app.http("verify", {
  methods: ["GET"],
  authLevel: "function",
  route: "verify",
  handler: answering(async ({ query }, context) => {
    const asked = { checks: query.get("checks"), deep: query.get("deep") }
    const report = await (await slipway()).verify(asked, logTo(context))
    return { status: report.good ? 200 : 503, jsonBody: report, headers: { "cache-control": "no-store" } }
  }),
})
