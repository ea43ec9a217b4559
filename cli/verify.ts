import { setTimeout as pause } from "node:timers/promises"
import { type CheckResult, Problem, type Report, reportMarkdown, verifyHere } from "../shared/app.ts"
import { type FoundApp, findApp } from "./find-app.ts"
import { colors, EXIT, fail, plain, print, say } from "./output.ts"

interface VerifyOptions {
  json?: boolean
  markdown?: boolean
  checks?: string
  deep?: boolean
  watch?: boolean
  every: number
  state: string
}

/** `slipway verify`: the checks, run from here. Exit 0 when none fails. */
export async function verify(options: VerifyOptions): Promise<void> {
  const app = await findApp(options.state).catch((): FoundApp | undefined => undefined)
  const asked = { checks: options.checks, deep: options.deep === true }
  if (!options.watch) {
    const report = await verifyHere(asked, app?.settings ?? {}).catch((error: unknown) => refused(error, options))
    if (!report) return
    await show(report, options)
    process.exitCode = report.good ? EXIT.good : EXIT.failed
    return
  }
  const stop = new AbortController()
  process.once("SIGINT", () => stop.abort())
  for (let before = ""; !stop.signal.aborted; ) {
    const report = await verifyHere(asked, app?.settings ?? {}).catch((error: unknown) => fail(error, options.json))
    const now = report ? report.results.map(({ id, outcome }) => `${id} ${outcome}`).join("\n") : ""
    if (report && now !== before) await show(report, options)
    if (report) say(`${report.at}  ${summary(report)}`)
    process.exitCode = report?.good ? EXIT.good : EXIT.failed
    before = now
    await pause(options.every * 1000, undefined, { signal: stop.signal }).catch(() => {})
  }
}

/** Checks that there are not are wrong usage. */
function refused(error: unknown, { json }: VerifyOptions): void {
  if (!(error instanceof Problem && error.code === "REQUEST_INVALID")) throw error
  fail(error, json)
  process.exitCode = EXIT.usage
}

async function show(report: Report, { json, markdown }: VerifyOptions): Promise<void> {
  if (markdown) process.stdout.write(await reportMarkdown(report))
  else print(json, report, [...report.results.flatMap(checkLines), summary(report)])
}

const MARKS = {
  pass: colors.green("PASS"),
  warn: colors.yellow("WARN"),
  fail: colors.red("FAIL"),
  skip: colors.dim("SKIP"),
} as const

/** One check: its outcome and what it has seen; what is wrong with what to do in a line of its own. */
export function checkLines({ id, outcome, findings, tries }: CheckResult): string[] {
  const again = tries > 1 ? ` (after ${tries} tries)` : ""
  const worst = findings.filter((finding) => finding.outcome === outcome)
  return worst.flatMap(({ code, message, remedy }, index) => {
    const mark = index === 0 ? `${MARKS[outcome]} ${id.padEnd(12)}` : " ".repeat(17)
    const told = `${mark} ${code ? `${code}: ` : ""}${plain(message)}${index === 0 ? again : ""}`
    return remedy ? [told, `${" ".repeat(18)}${colors.bold("What to do:")} ${plain(remedy)}`] : [told]
  })
}

/** The whole run in a sentence. */
export function summary({ product, live, results, good }: Report): string {
  const failing = results.filter(({ outcome }) => outcome === "fail").map(({ id }) => id)
  if (!good) return `${colors.red("Not proven:")} ${failing.join(", ")}`
  const counted = (outcome: CheckResult["outcome"]) => results.filter((result) => result.outcome === outcome).length
  const [warned, skipped] = [counted("warn"), counted("skip")]
  const others = `${warned > 0 ? `, ${warned} with a warning` : ""}${skipped > 0 ? `, ${skipped} skipped` : ""}`
  const what = live ? `${product} ${live.version}` : product
  return `${colors.green("Good:")} ${what}, ${counted("pass")} checks pass${others}`
}
