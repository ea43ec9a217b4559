import { Problem } from "../problem.ts"
import { CHECK_IDS, type CheckId } from "./check.ts"

/** Those that need the VM itself: a run-command takes 20 s or more, and is billed. */
export const ON_VM: readonly CheckId[] = ["vm-secret", "vm-manifest"]

/** Those that may run every few minutes. */
export const QUICK: readonly CheckId[] = CHECK_IDS.filter((id) => !ON_VM.includes(id))

/** The checks of a list like `health,updates`; all of them when there is no list. Throws REQUEST_INVALID. */
export function checksNamed(list: string | undefined): readonly CheckId[] {
  if (list === undefined) return CHECK_IDS
  const names = list.split(",").map((name) => name.trim())
  const unknown = names.filter((name) => !CHECK_IDS.some((id) => id === name))
  if (unknown.length === 0) return CHECK_IDS.filter((id) => names.includes(id))
  const wrong = unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(", ")
  throw new Problem("REQUEST_INVALID", `there is no check ${wrong}; there are ${CHECK_IDS.join(", ")}`)
}
