import { app } from "@azure/functions"

app.http("hello", {
  route: "hello/{name}",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: (request, context) => {
    context.info(`greeting ${request.params.name}`)
    return { jsonBody: { greeting: `hello, ${request.params.name}` } }
  },
})
