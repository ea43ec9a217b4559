import { type ChildProcess, execFile, fork } from "node:child_process"
import { readFileSync } from "node:fs"
import { basename } from "node:path"
import { promisify } from "node:util"
import { environment } from "../../shared/app.ts"

/** A part of the measurement in a process of its own, so that its memory is its own. */
export interface Part<Told> {
  /** The next thing it tells. Rejects when it ends without a word. */
  told(): Promise<Told>
  ask(question: NonNullable<unknown>): void
  /** The most memory it ever held, in bytes. */
  peakBytes(): number
  stop(): Promise<void>
}

/** Starts a program. It is killed when the signal aborts, and ends by itself when this process is gone. */
export function startPart<Told>(
  file: string,
  { args = [], env = {}, signal }: { args?: string[]; env?: Record<string, string>; signal: AbortSignal },
): Part<Told> {
  const child = fork(file, args, {
    env: { ...inherited, ...env },
    execArgv: [],
    signal,
    killSignal: "SIGKILL",
  })
  // The abortion is told by whoever waits.
  child.on("error", () => {})
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const next = mailbox<Told>(child)
  return {
    told: async () => {
      const told = await Promise.race([next(), ended.then(() => undefined)])
      signal.throwIfAborted()
      if (told === undefined) throw new Error(`${basename(file)} ended with ${child.exitCode ?? child.signalCode}`)
      return told
    },
    ask: (question) => void child.send(question as object),
    peakBytes: () => peakBytes(child.pid as number),
    async stop() {
      child.kill("SIGKILL")
      await ended
    },
  }
}

/** That of this process without options for Node, which the worker has none of, and without a way to the real GitHub. */
const { NODE_OPTIONS: _, GITHUB_TOKEN: __, GITHUB_APP_ID: ___, ...inherited } = environment

/** Runs a program to its end; answers the seconds it took. Throws what it printed when it fails. */
export async function runToEnd(
  program: string,
  args: string[],
  { env = {}, signal }: { env?: Record<string, string>; signal: AbortSignal },
): Promise<number> {
  const started = performance.now()
  await promisify(execFile)(program, args, { env: { ...inherited, ...env }, signal, killSignal: "SIGKILL" })
  return (performance.now() - started) / 1000
}

/** Messages in their order, kept until they are asked for. */
function mailbox<Told>(child: ChildProcess): () => Promise<Told> {
  const kept: Told[] = []
  const waiting: ((told: Told) => void)[] = []
  child.on("message", (told) => {
    const hand = waiting.shift()
    if (hand) hand(told as Told)
    else kept.push(told as Told)
  })
  return () => {
    const told = kept.shift()
    return told === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(told)
  }
}

/** Linux knows it exactly. `maxRSS` would not do: it also counts the process that this one was forked from. */
function peakBytes(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kibibytes) * 1024
}
