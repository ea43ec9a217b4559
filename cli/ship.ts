import { shipFolder } from "../shared/app.ts"
import { openBars } from "./bars.ts"
import { findApp } from "./find-app.ts"
import { follow } from "./follow.ts"
import { EXIT, print, say } from "./output.ts"
import { openLines } from "./status.ts"

interface ShipOptions {
  json?: boolean
  tag?: string
  state: string
}

/** `slipway ship <folder>`: upload, then follow the release to its end. */
export async function ship(folder: string, options: ShipOptions): Promise<void> {
  const app = await findApp(options.state)
  const bars = openBars()
  const uploaded = await shipFolder(folder, options.tag, app.settings, bars.progress).finally(bars.close)
  say(`uploaded ${uploaded.map(({ path }) => path).join(", ")}`)
  const record = await follow(app, uploaded, say)
  const good = record.phase === "complete"
  print(options.json, record, good ? [`${record.tag} is released: ${record.release?.url}`] : openLines(record))
  process.exitCode = good ? EXIT.good : EXIT.blocked
}
