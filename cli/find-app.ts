import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { environment, functionKeyOf, Problem, type ProblemCode } from "../shared/app.ts"

/** Where the app answers, the key it wants, and the settings of its storage account. */
export interface FoundApp {
  url: string
  /** Or how to get it, asked for by the first call. */
  key: string | (() => Promise<string>)
  settings: { [name: string]: string }
}

/** Nobody should wait longer for one answer. */
const ASK_MS = 30_000

/**
 * Finds the app by SLIPWAY_URL and SLIPWAY_KEY, else the running local stack, else azd's outputs, with the key that Azure tells the
 * person who is signed in. Throws SLIPWAY_UNREACHABLE.
 */
export async function findApp(stateDirectory: string): Promise<FoundApp> {
  const { SLIPWAY_URL: url, SLIPWAY_KEY: key } = environment
  if (url) return { url: url.replace(/\/$/, ""), key: key ?? "", settings: {} }
  const found = (await localStack(stateDirectory)) ?? (await azdOutputs())
  if (found) return found
  throw unreachable("no SLIPWAY_URL is set, no local stack runs here, and azd names no app")
}

/** The file a running local stack leaves in its state folder. */
async function localStack(stateDirectory: string): Promise<FoundApp | undefined> {
  try {
    return JSON.parse(await readFile(join(stateDirectory, "stack.json"), "utf8")) as FoundApp
  } catch {
    return undefined // No stack, or one that is just starting.
  }
}

async function azdOutputs(): Promise<FoundApp | undefined> {
  const values = await azdValues()
  if (!values) return undefined
  const { SLIPWAY_URL: url, AZURE_ENV_NAME: name } = values
  if (!url) throw new Problem("APP_NOT_FOUND", `the azd environment ${name ?? "here"} has no app yet`)
  let asked: Promise<string> | undefined
  const key = () => {
    asked ??= functionKeyOf(values)
    return asked
  }
  return { url, key: environment.SLIPWAY_KEY || key, settings: values }
}

async function azdValues(): Promise<{ [name: string]: string } | undefined> {
  try {
    const { stdout } = await promisify(execFile)("azd", ["env", "get-values", "--output", "json"], { timeout: ASK_MS })
    return JSON.parse(stdout)
  } catch {
    return undefined // azd is not installed, or has no environment here.
  }
}

/** One call to the app. A problem it answers with is thrown as it is told; no answer at all is SLIPWAY_UNREACHABLE. */
export async function ask<T>(app: FoundApp, path: string, init: RequestInit = {}): Promise<T> {
  const key = typeof app.key === "string" ? app.key : await app.key()
  const headers = { "x-functions-key": key, accept: "application/json" }
  const response = await fetch(`${app.url}/api/${path}`, {
    signal: AbortSignal.timeout(ASK_MS),
    ...init,
    headers,
  }).catch((cause: unknown) => {
    throw unreachable(`${app.url} does not answer`, cause)
  })
  if (response.status === 401) {
    const remedy = "Set SLIPWAY_KEY to a function key of the app: the Azure portal shows it under App keys."
    throw new Problem("SLIPWAY_UNREACHABLE", `${app.url} refuses the key`, { remedy })
  }
  const text = await response.text()
  const body = parse(text)
  if (response.ok && body !== undefined) return body as T
  const told = body as { code?: ProblemCode; detail?: string; remedy?: string } | undefined
  if (told?.code && told.detail && told.remedy) throw new Problem(told.code, told.detail, { remedy: told.remedy })
  throw unreachable(`${app.url} answered ${response.status}`)
}

function unreachable(message: string, cause?: unknown): Problem {
  return new Problem("SLIPWAY_UNREACHABLE", message, { cause })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
