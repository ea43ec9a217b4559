import { app } from "@azure/functions"
import { slipway } from "../shared/app.ts"
import { answering, logTo } from "./answer.ts"
import { bodyOf } from "./body.ts"

app.http("release-now", {
  methods: ["POST"],
  authLevel: "function",
  route: "releases/{tag}",
  handler: answering(async (request, context) => {
    const { plan } = await (await slipway()).ask(request.params.tag, await bodyOf(request), logTo(context))
    return plan ? { jsonBody: plan } : { status: 202, headers: { location: request.url } }
  }),
})

app.http("releases", {
  methods: ["GET"],
  authLevel: "function",
  route: "releases",
  handler: answering(async () => ({ jsonBody: await (await slipway()).overview() })),
})

app.http("release", {
  methods: ["GET"],
  authLevel: "function",
  route: "releases/{tag}",
  handler: answering(async ({ params }) => ({ jsonBody: await (await slipway()).show(params.tag) })),
})
