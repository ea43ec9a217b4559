import { app } from "@azure/functions"
import { QUEUES, slipway } from "../shared/app.ts"
import { logTo } from "./answer.ts"

app.storageQueue("inbox-event", {
  queueName: QUEUES.events,
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => (await slipway()).wake(message, logTo(context)),
})
