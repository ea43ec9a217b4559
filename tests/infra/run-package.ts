/**
 * The built app in this process's working directory, served by the local functions host: a program of its own, so that the app
 * finds nothing but what is in its folder. Tells its address, then every file of the app that was read, whenever it is asked.
 */
import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { pathToFileURL } from "node:url"
import { type HostJson, startFunctionsHost } from "../../infra/local/functions-host/host.ts"

const [key = "", storage = ""] = process.argv.slice(2)
const app = pathToFileURL(`${process.cwd()}/`).href
const { main } = JSON.parse(readFileSync("package.json", "utf8")) as { main: string }
const loaded: string[] = []
registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith(app)) loaded.push(url.slice(app.length))
    return nextLoad(url, context)
  },
})
process.once("disconnect", () => process.exit())
process.on("message", () => process.send?.(loaded))
const { url } = await startFunctionsHost({
  load: () => import(app + main),
  storage,
  keys: { functionKey: key },
  hostJson: JSON.parse(readFileSync("host.json", "utf8")) as HostJson,
})
process.send?.(url)
