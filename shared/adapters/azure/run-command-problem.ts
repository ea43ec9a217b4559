import { Problem } from "../../problem.ts"
import { codeIn, isCredential, isOutageStatus, nameOf } from "./sdk-error.ts"

/** What the SDK has thrown. `code` is Azure's own (`AuthorizationFailed`) or the network's (`ECONNREFUSED`). */
interface Fault {
  status: number | undefined
  code: string | undefined
  text: string
}

/** Whether another command is at work: Azure refuses the next one with a conflict, which passes by itself. */
export function isBusy(error: unknown): boolean {
  const fault = faultOf(error)
  return fault.status === 409 && ![isReadOnly, isLocked, isStopped, isIll].some((is) => is(fault))
}

/**
 * A command that did not run as VM_STOPPED, SUBSCRIPTION_READ_ONLY, VM_FORBIDDEN, VM_NOT_FOUND, AZURE_UNAUTHORIZED,
 * AZURE_UNREACHABLE, or INTERNAL. The SDK's own error is left out whole, as a cause too: it holds the request, and what arrived.
 */
export function runCommandProblem({ vm, group }: { vm: string; group: string }, error: unknown): Problem {
  if (error instanceof Problem) return error
  const fault = faultOf(error)
  const { status, code } = fault
  const told = [status, code].filter((part) => part !== undefined).join(" ") || nameOf(error)

  if (isReadOnly(fault)) return new Problem("SUBSCRIPTION_READ_ONLY", `the subscription of ${vm} is read-only`)
  if (isLocked(fault))
    return new Problem("VM_FORBIDDEN", `Azure refuses to run a command on ${vm}: ${told}`, unlock(code))
  if (isStopped(fault)) return new Problem("VM_STOPPED", `${vm} is not running`)
  if (status === 403) {
    const remedy = `Give the identity the role Slipway VM operator (runCommand/action and read) on the VM ${vm} in the resource group ${group}: azd provision does.`
    return new Problem("VM_FORBIDDEN", `the identity may not run commands on ${vm}: ${told}`, { remedy })
  }
  if (status === 404 && code !== undefined)
    return new Problem("VM_NOT_FOUND", `Azure does not know ${vm}: ${told}`, subscription(code))
  if (status === 401 || (isCredential(error) && !isOutageStatus(status)))
    return new Problem("AZURE_UNAUTHORIZED", `Azure gets no token that it accepts, to run a command on ${vm}: ${told}`)
  if (isIll(fault))
    return new Problem("AZURE_UNREACHABLE", `${vm} did not run the command: ${told}`, {
      remedy: "Restart the VM's agent (systemctl restart walinuxagent) or the VM: it runs no commands.",
    })
  if (status === 400) return new Problem("INTERNAL", `Azure does not understand the command for ${vm}: ${told}`)
  return new Problem("AZURE_UNREACHABLE", `Azure cannot be asked to run a command on ${vm}: ${told}`)
}

function faultOf(error: unknown): Fault {
  const { statusCode, code, message } = Object(error) as { statusCode?: unknown; code?: unknown; message?: unknown }
  const text = typeof message === "string" ? message : ""
  return {
    status: typeof statusCode === "number" ? statusCode : undefined,
    // A command that fails later has its code in the text only: "The long-running operation has failed. CODE. …".
    code: codeIn(code) ?? text.match(/operation has failed\. ([A-Za-z]{1,60})\./)?.[1],
    text,
  }
}

function isReadOnly({ code }: Fault): boolean {
  return code === "ReadOnlyDisabledSubscription"
}

/** By a lock on the VM, or by the VM's own setting. */
function isLocked({ code, text }: Fault): boolean {
  return code === "ScopeLocked" || (code === "OperationNotAllowed" && /extension operations are disallowed/i.test(text))
}

function isStopped({ code, text }: Fault): boolean {
  return code === "OperationNotAllowed" || /\bVM is not running\b|\bdeallocated\b/i.test(text)
}

/** The part of the VM that runs commands does not. */
function isIll({ code = "" }: Fault): boolean {
  return /^VM(Extension|Agent)/.test(code)
}

function unlock(code: string | undefined): { remedy: string } {
  if (code === "ScopeLocked") return { remedy: "Take the read-only lock off the VM or its resource group." }
  return { remedy: "Allow extension operations on the VM (osProfile.allowExtensionOperations): run-command is one." }
}

function subscription(code: string): { remedy?: string } {
  return code === "SubscriptionNotFound" ? { remedy: "Correct AZURE_SUBSCRIPTION_ID in the app settings." } : {}
}
