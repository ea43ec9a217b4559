import { pathToFileURL } from "node:url"
import { provideCoreModule } from "../../../infra/local/functions-host/core-module.ts"
import { tell } from "./tell.ts"

/** Imports an entry file as the worker does. Tells the milliseconds. */
const [file = ""] = process.argv.slice(2)
provideCoreModule()
const started = performance.now()
await import(pathToFileURL(file).href)
tell(performance.now() - started)
