/** How the VM, or what stands before it, answers. `cut` runs scripts and answers half of what they printed. */
export const VM_STATES = [
  "running",
  "stopped",
  "busy",
  "read-only",
  "forbidden",
  "missing",
  "unauthorized",
  "unreachable",
  "cut",
] as const

export type VmState = (typeof VM_STATES)[number]

/** Which VM a request is about. */
export interface VmAddress {
  subscription: string
  group: string
  vm: string
}

export interface Reply {
  status: number
  headers?: Record<string, string>
  json?: unknown
}

/** An error as Azure Resource Manager words it. */
export function refusal(status: number, code: string, message: string): Reply {
  return { status, json: { error: { code, message } } }
}

export const conflict = refusal(
  409,
  "Conflict",
  "Run command extension execution is in progress. Please wait for completion before invoking a run command.",
)

/** What Azure says instead of running a command; undefined when it runs it. */
export function refusalFor(state: VmState, { subscription, group, vm }: VmAddress): Reply | undefined {
  if (state === "busy") return conflict
  if (state === "stopped")
    return refusal(409, "OperationNotAllowed", "Cannot modify extensions in the VM when the VM is not running.")
  if (state === "read-only") {
    const message = `The subscription '${subscription}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`
    return refusal(409, "ReadOnlyDisabledSubscription", message)
  }
  if (state === "forbidden") {
    const message = `The client does not have authorization to perform action 'Microsoft.Compute/virtualMachines/runCommand/action' over scope '/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${vm}' or the scope is invalid. If access was recently granted, please refresh your credentials.`
    return refusal(403, "AuthorizationFailed", message)
  }
  if (state === "missing") {
    const message = `The Resource 'Microsoft.Compute/virtualMachines/${vm}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`
    return refusal(404, "ResourceNotFound", message)
  }
  if (state === "unauthorized") return refusal(401, "InvalidAuthenticationToken", "The access token is invalid.")
  return undefined
}

/** The result of a command. It says succeeded whatever the script did. */
export function succeeded({ stdout, stderr }: { stdout: string; stderr: string }): Reply {
  const status = {
    code: "ProvisioningState/succeeded",
    level: "Info",
    displayStatus: "Provisioning succeeded",
    message: `Enable succeeded: \n[stdout]\n${stdout}\n[stderr]\n${stderr}`,
  }
  return { status: 200, json: { value: [status] } }
}
