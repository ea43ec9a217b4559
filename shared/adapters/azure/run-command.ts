import { setTimeout as delay } from "node:timers/promises"
import type { ComputeManagementClient } from "@azure/arm-compute"
import type { TokenCredential } from "@azure/identity"
import type { Machine } from "../../ports/machine.ts"
import { Problem } from "../../problem.ts"
import { type Identity, identity } from "./connect.ts"
import { resourceManager } from "./resource-manager.ts"
import { isBusy, runCommandProblem } from "./run-command-problem.ts"

export interface RunCommandConnection {
  subscriptionId: string
  resourceGroup: string
  /** Of the VM. */
  name: string
  /** Azure Resource Manager: an https address, or a loopback one. Default: the public cloud's. */
  armUrl?: string | undefined
  credential: Identity
  /** How long to wait for another command to end before it is VM_BUSY; the pauses between two tries. */
  busyWaitMs?: number
  pauseMs?: number
  /** Between two looks at a running command; the server's Retry-After wins. */
  pollMs?: number
}

/** Three more tries within two seconds: a short outage is ridden out, a long one is told soon. */
const retryOptions = { maxRetries: 3, retryDelayInMs: 300, maxRetryDelayInMs: 1000 }

/**
 * A VM that runs scripts through Azure's run-command. Neither asks nor loads anything until its first run. Besides a Machine's own
 * codes it throws VM_ANSWER_CUT for an answer without its two outputs.
 */
export async function runCommandMachine(connection: RunCommandConnection): Promise<Machine> {
  const { resourceGroup, name, busyWaitMs = 60_000, pauseMs = 5000, pollMs = 2000 } = connection
  let connected: Promise<ComputeManagementClient> | undefined

  function client(): Promise<ComputeManagementClient> {
    connected ??= connect(connection).catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }

  async function runOnce(input: CommandInput, abortSignal: AbortSignal): Promise<string> {
    const { virtualMachines } = await client()
    const options = { abortSignal, updateIntervalInMs: pollMs }
    const running = virtualMachines.runCommand(resourceGroup, name, input, options)
    const { value = [] } = await running.pollUntilDone({ abortSignal })
    return value.map(({ message = "" }) => message).join("\n")
  }

  return {
    name,
    async run(script, parameters, signal) {
      const input = { commandId: "RunShellScript", script: script.split("\n"), parameters: pasteable(parameters) }
      for (let waitedMs = 0; ; waitedMs += pauseMs) {
        signal.throwIfAborted()
        try {
          // Some credentials do not listen to their signal.
          return outputsIn(await Promise.race([runOnce(input, signal), ended(signal)]), name)
        } catch (error) {
          if (signal.aborted) throw signal.reason
          if (!isBusy(error)) throw runCommandProblem({ vm: name, group: resourceGroup }, error)
          if (waitedMs + pauseMs > busyWaitMs)
            throw new Problem(
              "VM_BUSY",
              busyWaitMs > 0
                ? `${name} has been running another command for ${busyWaitMs / 1000} s`
                : `${name} is running another command`,
            )
        }
        await pause(pauseMs, signal)
      }
    },
  }
}

interface CommandInput {
  commandId: string
  script: string[]
  parameters: { name: string; value: string }[]
}

/** Azure pastes parameters unquoted into the script: whatever a shell could take for code must never be sent. */
function pasteable(parameters: { readonly [name: string]: string }): CommandInput["parameters"] {
  return Object.entries(parameters).map(([name, value]) => {
    // Neither is quoted here: a value that is no base64 may be a secret by mistake.
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new Problem("INTERNAL", "a parameter of a script is named as no shell variable can be")
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value))
      throw new Problem("INTERNAL", `the script's parameter ${name} is not base64`)
    return { name, value }
  })
}

async function connect({ subscriptionId, armUrl, credential }: RunCommandConnection): Promise<ComputeManagementClient> {
  const { ComputeManagementClient } = await import("@azure/arm-compute")
  const { url, plain, scope } = resourceManager(armUrl)
  const client = new ComputeManagementClient(plain ? nobody : await identity(credential), subscriptionId, {
    endpoint: url.href.replace(/\/$/, ""),
    credentials: { scopes: [scope] },
    allowInsecureConnection: plain,
    retryOptions,
  })
  // It refuses to work without encryption.
  if (plain) client.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" })
  return client
}

/** What a look-alike is shown: our own identity is never sent without encryption. */
const nobody: TokenCredential = { getToken: async () => null }

/** `Enable succeeded: \n[stdout]\n…\n[stderr]\n…`, also when the script has failed. */
function outputsIn(message: string, name: string): { stdout: string; stderr: string } {
  const [out, err] = ["[stdout]\n", "\n[stderr]\n"]
  const begin = message.indexOf(out) + out.length
  // Whatever the outputs hold, no part of an error output is ever taken for output.
  const end = message.indexOf(err, begin - 1)
  if (begin < out.length || end < 0) throw new Problem("VM_ANSWER_CUT", `Azure's answer about ${name} is not whole`)
  return { stdout: message.slice(begin, Math.max(begin, end)), stderr: message.slice(end + err.length) }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }))
}

/** Ends early, without an error, when the signal does. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}
