import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { type HostJson, startFunctionsHost } from "../../../infra/local/functions-host/host.ts"
import { tell } from "./tell.ts"

/** The function app in a folder, as it was built, beside the host.json of the project. Tells how each message ended. */
const [directory = "", storage = "", hostJson = ""] = process.argv.slice(2)
await startFunctionsHost({
  load: () => import(pathToFileURL(join(directory, "functions/index.js")).href),
  storage,
  hostJson: JSON.parse(readFileSync(hostJson, "utf8")) as HostJson,
  observe: (event) =>
    event.kind === "settled" && tell({ queue: event.queue, messageId: event.messageId, outcome: event.outcome }),
  log: ({ level, message }) => (level === "warning" || level === "error") && console.error(message),
})
tell("ready")
