import { app } from "@azure/functions"
import { slipway } from "../shared/app.ts"
import { answering } from "./answer.ts"

app.http("report", {
  methods: ["GET"],
  authLevel: "function",
  route: "reports/{id}",
  handler: answering(async ({ params, headers }) => (await slipway()).report(params.id, headers.get("accept"))),
})

app.http("badge", {
  methods: ["GET"],
  authLevel: "function",
  route: "badge.svg",
  handler: answering(async () => (await slipway()).badge()),
})

app.http("metrics", {
  methods: ["GET"],
  authLevel: "function",
  route: "metrics",
  handler: answering(async () => (await slipway()).metrics()),
})
