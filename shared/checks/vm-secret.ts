import type { VmLook } from "../vm/look.ts"
import { type Check, type Finding, fail, pass, skip } from "./check.ts"
import { lookOnce, VM_TIMEOUT_MS } from "./vm-look.ts"

/** The server's secret is in its env file on the VM, and is more than a placeholder. Its value stays there. */
export const vmSecret: Check = {
  id: "vm-secret",
  title: "The server has its secret",
  timeoutMs: VM_TIMEOUT_MS,
  tries: 1,
  async run(sight, signal) {
    const { vm } = sight.world
    if (!vm) return skip("no VM is configured")
    const { secret } = await lookOnce(sight, vm, signal)
    return judgeSecret({ vm: vm.machine.name, file: vm.envFile, key: vm.secret }, secret)
  },
}

/** Judges what was seen of the secret: VM_SECRET_MISSING unless it is there. (product specification, section 7) */
export function judgeSecret(place: { vm: string; file: string; key: string }, seen: VmLook["secret"]): Finding {
  const { vm, file, key } = place
  switch (seen) {
    case "present":
      return pass(`${key} is set in ${file} on ${vm}`)
    case "file missing":
      return fail(
        "VM_SECRET_MISSING",
        `there is no ${file} on ${vm}`,
        "Put the server's env file there and restart the server, or correct vm.envFile in the configuration.",
      )
    case "file unreadable":
      return fail(
        "VM_SECRET_MISSING",
        `${file} on ${vm} cannot be read`,
        "Look at the file on the VM: it must be a file, on a disk that works.",
      )
    case "key missing":
      return fail("VM_SECRET_MISSING", `${file} on ${vm} does not set ${key}`)
    case "empty":
      return fail("VM_SECRET_MISSING", `${key} in ${file} on ${vm} is empty`)
    case "placeholder":
      return fail("VM_SECRET_MISSING", `${key} in ${file} on ${vm} is still the placeholder of the example`)
  }
}
