import { Problem } from "../problem.ts"
import type { VmLook } from "../vm/look.ts"
import { lookAtVm } from "../vm/look-at-vm.ts"
import type { Sight } from "./sight.ts"
import type { VmSettings } from "./world.ts"

/** How long one try of a check of the VM may take. The look itself is given less, so that it ends first, with its reason. */
export const VM_TIMEOUT_MS = 150_000
const LOOK_MS = 120_000

/** How long a look waits for whoever is at work on the VM: half of its time, so that it says who it waited for, and still has time. */
export const VM_TURN_MS = LOOK_MS / 2

interface Look {
  done: Promise<VmLook>
  /** Gives up when nobody waits any more. */
  waitFor(signal: AbortSignal): void
}

const looks = new WeakMap<Sight, Look>()

/**
 * One look at the VM for all checks of a run: a run-command takes 20 s and more, and is billed. A look that failed is not repeated
 * in the same run. Throws what `lookAtVm` throws, and CHECK_TIMEOUT.
 */
export function lookOnce(sight: Sight, vm: VmSettings, signal: AbortSignal): Promise<VmLook> {
  const look = looks.get(sight) ?? begin(vm)
  looks.set(sight, look)
  look.waitFor(signal)
  return look.done
}

function begin({ machine, ...where }: VmSettings): Look {
  const stop = new AbortController()
  const late = new Problem("CHECK_TIMEOUT", `${machine.name} gives no answer within ${LOOK_MS / 1000} s`)
  const timer = setTimeout(() => stop.abort(late), LOOK_MS)
  let waiting = 0
  return {
    done: lookAtVm(machine, where, stop.signal).finally(() => clearTimeout(timer)),
    waitFor(signal) {
      waiting++
      const leave = () => {
        waiting--
        if (waiting === 0) stop.abort(signal.reason)
      }
      if (signal.aborted) leave()
      else signal.addEventListener("abort", leave, { once: true })
    },
  }
}
