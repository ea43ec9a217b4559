import { examineAll } from "../shared/app.ts"
import { ask, type FoundApp, findApp } from "./find-app.ts"
import { colors, EXIT, print } from "./output.ts"

interface DoctorOptions {
  json?: boolean
  state: string
}

/** `slipway doctor`: one line per thing a release needs, each OK or with what to do. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const app = await findApp(options.state).catch((error: unknown) => error)
  const findings = await examineAll({
    settings: isFound(app) ? app.settings : {},
    async answers() {
      if (!isFound(app)) throw app
      await ask(app, "releases")
      return `answers at ${app.url}`
    },
  })
  const lines = findings.map(({ name, outcome, message, remedy }) => {
    const mark = { ok: colors.green("OK  "), warn: colors.yellow("WARN"), fail: colors.red("FAIL") }[outcome]
    return `${mark} ${name.padEnd(14)} ${message}${remedy ? `\n     ${" ".repeat(14)} ${remedy}` : ""}`
  })
  print(options.json, { findings }, lines)
  process.exitCode = findings.some(({ outcome }) => outcome === "fail") ? EXIT.failed : EXIT.good
}

function isFound(app: unknown): app is FoundApp {
  return !(app instanceof Error)
}
