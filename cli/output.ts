import picocolors from "picocolors"
import { environment, type Log, problemDetails } from "../shared/app.ts"

const onTerminal = process.stdout.isTTY === true && process.stderr.isTTY === true

/** Colours for a person at a terminal; never in a file, a pipe or a CI log. */
export const colors = picocolors.createColors(onTerminal && !environment.NO_COLOR)

/** What the shell learns. (product specification, section 11) */
export const EXIT = { good: 0, failed: 1, blocked: 2, usage: 64 } as const

/** What a person is told of a failure. */
interface Told {
  code: string
  message: string
  remedy: string
}

/** Results go to standard output: JSON for machines, lines for people. */
export function print(json: boolean | undefined, value: unknown, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(""))
}

/** Everything that is no result goes to standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** What others have written is shown without what would steer the terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?")
}

/** A failure as its three parts: what it is called, what happened, what to do. */
export function problemLines({ code, message, remedy }: Told): string[] {
  return [`${colors.red(code)}: ${message}`, `${colors.bold("What to do:")} ${remedy}`]
}

/** Tells a failure that ends the command, and sets exit code 1. */
export function fail(error: unknown, json: boolean | undefined): void {
  const { code, detail, remedy } = problemDetails(error)
  const message = code === "INTERNAL" && error instanceof Error ? (error.stack ?? error.message) : detail
  if (json) print(true, { problem: { code, message, remedy } }, [])
  else for (const line of problemLines({ code, message, remedy })) say(line)
  process.exitCode = EXIT.failed
}

/** The pipeline's log on standard error. */
export const logToStderr: Log = (level, message) => {
  say(level === "info" ? message : `${colors.yellow(level)} ${message}`)
}
