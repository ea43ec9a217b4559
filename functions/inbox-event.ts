import { app } from "@azure/functions"
import { slipway } from "../shared/app.ts"
import { logTo } from "./answer.ts"

app.storageQueue("inbox-event", {
  queueName: "inbox-events",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => (await slipway()).wake(message, logTo(context)),
})
