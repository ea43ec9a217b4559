import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { json } from "node:stream/consumers"
import { setTimeout as delay } from "node:timers/promises"
import {
  conflict,
  type Reply,
  refusal,
  refusalFor,
  succeeded,
  type VmAddress,
  type VmState,
} from "./run-command-answers.ts"
import { answerControl } from "./run-command-control.ts"
import { pasteParameters, type Ran, runScript } from "./run-command-script.ts"

export interface RunCommandOptions {
  /** A folder of its own: what it holds is replaced. */
  root: string
  /** Default 0: any free one. */
  port?: number
  /** What runs the scripts; default `sh`. */
  shell?: string
  /** After which a script is killed; default one minute. */
  timeoutMs?: number
  /** Called with every script that has come to its end. */
  observe?: (ran: Ran) => void
}

export interface RunCommand {
  /** The address of this Azure Resource Manager: `AZURE_RESOURCE_MANAGER_URL`. */
  url: string
  port: number
  /** Method and path of every request, oldest first. */
  calls: string[]
  setState(state: VmState): void
  /** Kills what still runs, stops listening and breaks every connection. */
  close(): Promise<void>
}

interface Command {
  commandId: string
  script: string[]
  parameters: { name: string; value: string }[]
}

/** A command that was accepted; `reply` is there when it has ended. */
interface Operation {
  ended: Promise<unknown>
  reply?: Reply
}

const VM_PATH =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/virtualMachines\/([^/]+)\/runCommand$/i

/** How long a look at a command waits for its end: a short script is over by the first look. */
const HOLD_MS = 500

/** How many scripts are kept to be looked at. */
const KEPT_SCRIPTS = 10

/**
 * Starts a server on 127.0.0.1 that answers for Azure Resource Manager about any VM, and really runs the scripts here, as whoever
 * runs it. People turn the VM off and on at `/_state`. Its answers are those of https://learn.microsoft.com/rest/api/compute/virtual-machines/run-command.
 */
export async function startRunCommand(options: RunCommandOptions): Promise<RunCommand> {
  const { root, port = 0, shell = "sh", timeoutMs = 60_000, observe } = options
  const calls: string[] = []
  const operations = new Map<string, Operation>()
  const atWork = new Set<string>()
  const closing = new AbortController()
  let state: VmState = "running"
  let scripts = 0

  await rm(join(root, "download"), { recursive: true, force: true })

  async function run({ script, parameters }: Command): Promise<Reply> {
    const number = scripts++
    await rm(join(root, "download", `${number - KEPT_SCRIPTS}`), { recursive: true, force: true })
    const text = pasteParameters(script.join("\n"), parameters)
    const way = { shell, timeoutMs, signal: closing.signal }
    const ran = await runScript(join(root, "download", `${number}`), text, way)
    observe?.(ran)
    return succeeded(state === "cut" ? { ...ran, stdout: half(ran.stdout) } : ran)
  }

  function accept(vm: string, command: Command): Reply {
    if (atWork.has(vm)) return conflict
    atWork.add(vm)
    const id = randomUUID()
    const failed = (error: unknown) => refusal(500, "InternalExecutionError", `${error}`)
    const ended = run(command)
      .catch(failed)
      .then((reply) => {
        operation.reply = reply
        atWork.delete(vm)
      })
    const operation: Operation = { ended }
    operations.set(id, operation)
    const address = `${url}/operations/${id}?api-version=2026-04-01`
    return { status: 202, headers: { location: `${address}&monitor=true`, "azure-asyncoperation": address } }
  }

  /** The result for who follows `Location`, the status for who follows `Azure-AsyncOperation`. */
  async function look(id: string, monitor: boolean): Promise<Reply> {
    const operation = operations.get(id)
    if (!operation) return refusal(404, "NotFound", "The operation does not exist.")
    await Promise.race([operation.ended, delay(HOLD_MS, undefined, { ref: false })])
    const { reply } = operation
    if (monitor) return reply ?? { status: 202, headers: { "retry-after": "1" } }
    return { status: 200, ...(!reply && { headers: { "retry-after": "1" } }), json: { status: statusOf(reply) } }
  }

  async function answer(request: IncomingMessage, { pathname, searchParams }: URL): Promise<Reply> {
    if (!searchParams.has("api-version"))
      return refusal(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required.")
    const id = pathname.match(/^\/operations\/([^/]+)$/)?.[1]
    if (id !== undefined && request.method === "GET") return look(id, searchParams.has("monitor"))
    const address = addressIn(pathname)
    if (!address || request.method !== "POST") return refusal(404, "InvalidResourceType", "There is nothing here.")
    const command = readCommand(await json(request).catch(() => undefined))
    if (!command) return refusal(400, "InvalidParameter", "The command is none.")
    return refusalFor(state, address) ?? accept(pathname.toLowerCase(), command)
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? "/", url)
    const control = answerControl({ method: request.method, path: target.pathname }, state, setState)
    if (control) return send(response, control)
    calls.push(`${request.method} ${target.pathname}`)
    request.on("error", () => {})
    if (state === "unreachable") {
      request.socket.resetAndDestroy()
      return
    }
    send(response, await answer(request, target))
  }

  function setState(next: VmState): void {
    state = next
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy())
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  const address = server.address() as AddressInfo
  const url = `http://127.0.0.1:${address.port}`

  return {
    url,
    port: address.port,
    calls,
    setState,
    async close() {
      closing.abort()
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await Promise.all([closed, ...[...operations.values()].map(({ ended }) => ended)])
    },
  }
}

function send(response: ServerResponse, { status, headers, json: body }: Reply): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

function statusOf(reply: Reply | undefined): string {
  if (!reply) return "InProgress"
  return reply.status === 200 ? "Succeeded" : "Failed"
}

function addressIn(path: string): VmAddress | undefined {
  const [, subscription, group, vm] = path.match(VM_PATH) ?? []
  return subscription && group && vm ? { subscription, group, vm } : undefined
}

function readCommand(body: unknown): Command | undefined {
  const { commandId, script, parameters = [] } = Object(body) as Partial<Command>
  if (commandId !== "RunShellScript" || !Array.isArray(script) || !Array.isArray(parameters)) return undefined
  return { commandId, script, parameters }
}

function half(text: string): string {
  return text.slice(0, text.length / 2)
}
