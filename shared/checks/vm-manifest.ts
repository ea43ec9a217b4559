import { asProblem } from "../problem.ts"
import { digestOf } from "../release/digest.ts"
import type { VmLook } from "../vm/look.ts"
import { type Check, type Finding, fail, pass, skip, warn } from "./check.ts"
import type { Sight } from "./sight.ts"
import { lookOnce, VM_TIMEOUT_MS } from "./vm-look.ts"

/** The workspace's manifest: its text, that there is none yet, or why nobody can say. */
export type Expected = { text: string | undefined } | { unknown: string }

/** The manifest that the update server reads on the VM is byte for byte the workspace's. */
export const vmManifest: Check = {
  id: "vm-manifest",
  title: "The VM has the workspace's manifest",
  timeoutMs: VM_TIMEOUT_MS,
  tries: 1,
  async run(sight, signal) {
    const { vm } = sight.world
    if (!vm) return skip("no VM is configured")
    const [{ manifest }, expected] = await Promise.all([lookOnce(sight, vm, signal), expectedOf(sight)])
    return judgeVmManifest({ vm: vm.machine.name, file: vm.manifest }, manifest, expected)
  },
}

/** Judges the file on the VM: VM_MANIFEST_DIFFERS unless it is the workspace's, byte for byte. */
export function judgeVmManifest(
  { vm, file }: { vm: string; file: string },
  seen: VmLook["manifest"],
  expected: Expected,
): Finding {
  const place = `${file} on ${vm}`
  if ("unknown" in expected) {
    const remedy = "Mend what the check `github` says; then this is compared again by itself."
    return warn("VM_MANIFEST_DIFFERS", `there is nothing to compare ${place} with: ${expected.unknown}`, remedy)
  }
  const { text } = expected
  if (text === undefined || text.trim() === "") return skip("the workspace has no manifest yet")
  if (seen === "missing") return fail("VM_MANIFEST_DIFFERS", `there is no ${place}`)
  if (seen === "unreadable") {
    const remedy = "Look at the file on the VM: it must be a file, on a disk that works."
    return fail("VM_MANIFEST_DIFFERS", `${place} cannot be read`, remedy)
  }
  const sizeBytes = Buffer.byteLength(text)
  if (seen.sizeBytes !== sizeBytes) {
    const sizes = `${seen.sizeBytes} bytes, the workspace's ${sizeBytes}`
    return fail("VM_MANIFEST_DIFFERS", `${place} is not the workspace's: it has ${sizes}`)
  }
  if (seen.digest !== digestOf(text)) {
    return fail("VM_MANIFEST_DIFFERS", `${place} is not the workspace's: it has the same size and other bytes`)
  }
  return pass(`${place} is the workspace's, byte for byte`)
}

async function expectedOf({ world, workspace }: Sight): Promise<Expected> {
  try {
    return { text: (await workspace()).files.get(world.policy.manifestPath) }
  } catch (error) {
    return { unknown: `the workspace cannot be read (${asProblem(error).code})` }
  }
}
