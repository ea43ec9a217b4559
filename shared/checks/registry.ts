import { Problem } from "../problem.ts"
import { appcast } from "./appcast.ts"
import { assets } from "./assets.ts"
import { certificate } from "./certificate.ts"
import { CHECK_IDS, type Check, type CheckId } from "./check.ts"
import { download } from "./download.ts"
import { github } from "./github.ts"
import { health } from "./health.ts"
import { inbox } from "./inbox.ts"
import { keyVault } from "./key-vault.ts"
import { manifest } from "./manifest.ts"
import { release } from "./release.ts"
import { updates } from "./updates.ts"
import { versions } from "./versions.ts"
import { vmManifest } from "./vm-manifest.ts"
import { vmSecret } from "./vm-secret.ts"

/** Every check, in the order in which people read them. */
export const CHECKS: readonly Check[] = [
  inbox,
  github,
  release,
  assets,
  download,
  manifest,
  versions,
  health,
  updates,
  appcast,
  certificate,
  vmSecret,
  vmManifest,
  keyVault,
]

/** Those that need the VM itself: a run-command takes 20 s or more, and is billed. */
export const ON_VM: readonly CheckId[] = ["vm-secret", "vm-manifest"]

/** Those that may run every few minutes. */
export const QUICK: readonly CheckId[] = CHECK_IDS.filter((id) => !ON_VM.includes(id))

/** The checks of a list like `health,updates`; all of them when there is no list. Throws REQUEST_INVALID. */
export function checksNamed(list: string | undefined): readonly Check[] {
  if (list === undefined) return CHECKS
  const names = list.split(",").map((name) => name.trim())
  const unknown = names.filter((name) => !CHECKS.some(({ id }) => id === name))
  if (unknown.length === 0) return CHECKS.filter(({ id }) => names.includes(id))
  const wrong = unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(", ")
  throw new Problem("REQUEST_INVALID", `there is no check ${wrong}; there are ${CHECK_IDS.join(", ")}`)
}
