import { app } from "@azure/functions"
import { slipway } from "../shared/app.ts"
import { answering, logTo } from "./answer.ts"

app.http("version", {
  methods: ["PUT"],
  authLevel: "function",
  route: "version",
  handler: answering(async (request, context) => {
    return { jsonBody: await (await slipway()).setVersion(await request.text(), logTo(context)) }
  }),
})
