import { app } from "@azure/functions"
import { slipway } from "../shared/app.ts"
import { answering, logTo } from "./answer.ts"
import { bodyOf } from "./body.ts"

app.http("version", {
  methods: ["PUT"],
  authLevel: "function",
  route: "version",
  handler: answering(async (request, context) => {
    return { jsonBody: await (await slipway()).setVersion(await bodyOf(request), logTo(context)) }
  }),
})
