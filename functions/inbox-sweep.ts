import { app } from "@azure/functions"
import { slipway } from "../shared/app.ts"
import { logTo } from "./answer.ts"

app.timer("inbox-sweep", {
  schedule: "0 */5 * * * *",
  handler: async (_timer, context) => (await slipway()).sweep(logTo(context)),
})
