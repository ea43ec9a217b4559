import { type ChildProcess, spawn } from "node:child_process"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** A script that has come to its end. */
export interface Ran {
  /** The end of what it printed: the last 4,096 bytes. */
  stdout: string
  stderr: string
  /** Undefined when it was killed, or never began. */
  exitCode: number | undefined
}

/** How a script is run: by a shell (`sh`, `busybox sh`), for a time. */
export interface Way {
  shell: string
  timeoutMs: number
  /** Kills it. */
  signal: AbortSignal
}

const KEPT_BYTES = 4096

/** What a service's environment holds, and where Homebrew puts its tools. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin"

/**
 * The script with its parameters, pasted unquoted as text below its `#!` line as Azure does: whatever of them is shell code is run.
 * (azure-cli #10400)
 */
export function pasteParameters(script: string, parameters: readonly { name: string; value: string }[]): string {
  if (parameters.length === 0) return script
  const named = parameters.map(({ name, value }) => `${name}=${value}`).join(" ")
  const placed = parameters.map(({ value }) => value).join(" ")
  const pasted = `export ${named}\nset -- ${placed}\n`
  const [first = "", ...rest] = script.split("\n")
  return first.startsWith("#!") ? `${first}\n${pasted}${rest.join("\n")}` : `${pasted}${script}`
}

/** Really runs a script, as `script.sh` in a folder made anew and with next to no environment. A failure is its exit code. */
export async function runScript(folder: string, script: string, { shell, timeoutMs, signal }: Way): Promise<Ran> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "script.sh"), script, { mode: 0o700 })
  const [command = "sh", ...args] = shell.split(" ")
  // A group of its own, so that what it has started ends with it.
  const child = spawn(command, [...args, "./script.sh"], {
    cwd: folder,
    env: { PATH },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const timer = setTimeout(() => kill(child), timeoutMs)
  const onAbort = () => kill(child)
  signal.addEventListener("abort", onAbort, { once: true })
  if (signal.aborted) kill(child)
  try {
    const [stdout, stderr, exitCode] = await Promise.all([endOf(child.stdout), endOf(child.stderr), exit(child)])
    return { stdout, stderr, exitCode }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener("abort", onAbort)
  }
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}

function exit(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(undefined))
    child.once("close", (code) => resolve(code ?? undefined))
  })
}

async function endOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let end = Buffer.alloc(0)
  for await (const chunk of stream) end = Buffer.concat([end, chunk]).subarray(-KEPT_BYTES)
  return end.toString()
}
