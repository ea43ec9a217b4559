import { createHash } from "node:crypto"
import type { Machine } from "../ports/machine.ts"
import type { Digest } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import { answerBehindMarker, encodeParameters } from "./protocol.ts"
import { PUT_SCRIPT } from "./put-script.ts"

/** A run-command that says nothing for so long hangs: it takes half a minute at most. */
const SILENT_MS = 300_000

/**
 * Puts a manifest on the VM in one run, whole or not at all; one that is there already is not written again. `manifest` is a path
 * on the VM. Throws what the machine throws, VM_SILENT, VM_LOCKED, VM_ANSWER_CUT, and VM_SCRIPT_FAILED.
 */
export async function putManifest(
  machine: Machine,
  { manifest, text }: { manifest: string; text: string },
  signal: AbortSignal,
  { silentMs = SILENT_MS }: { silentMs?: number } = {},
): Promise<{ digest: Digest; written: boolean }> {
  const sha256 = createHash("sha256").update(text).digest("hex")
  const parameters = encodeParameters({ manifest, text, sha256 })
  const silence = new AbortController()
  const silent = new Problem("VM_SILENT", `the script on ${machine.name} has said nothing for ${silentMs / 1000} s`)
  const timer = setTimeout(() => silence.abort(silent), silentMs)
  try {
    const output = await machine.run(PUT_SCRIPT, parameters, AbortSignal.any([signal, silence.signal]))
    const answer = answerBehindMarker(output, { machine: machine.name, script: PUT_SCRIPT })
    return { digest: `sha256:${sha256}`, written: isWritten(answer, sha256, `${manifest} on ${machine.name}`) }
  } finally {
    clearTimeout(timer)
  }
}

/** Whether it was written just now: any answer but that it is there is thrown. */
function isWritten(answer: unknown, sent: string, place: string): boolean {
  const { outcome, sha256 } = Object(answer) as { outcome?: unknown; sha256?: unknown }
  if ((outcome === "written" || outcome === "unchanged") && sha256 === sent) return outcome === "written"
  throw refusal(outcome, place)
}

const CORRECT_IT = "Correct vm.manifest in the configuration: it is the path of the manifest on the VM."

/** Why the script did not write, by its word. */
function refusal(outcome: unknown, place: string): Problem {
  const failed = (message: string, remedy?: string) =>
    new Problem("VM_SCRIPT_FAILED", message, remedy === undefined ? {} : { remedy })

  switch (outcome) {
    case "locked":
      return new Problem("VM_LOCKED", `something on the VM holds the lock of ${place}`)
    case "not absolute":
      return failed(`${place} is no absolute path`, CORRECT_IT)
    case "no folder":
      return failed(`the folder of ${place} does not exist`, CORRECT_IT)
    case "not a file":
      return failed(`${place} is something else than a file`, CORRECT_IT)
    case "dangling link":
      return failed(`${place} is a link that leads nowhere`, `Mend the link, or: ${CORRECT_IT}`)
    case "foreign link":
      return failed(
        `.slipway beside ${place} is a link`,
        "Remove that link on the VM: the folder of the lock and the backups must lie beside the manifest itself.",
      )
    case "not as sent":
      return failed(`what arrived for ${place} is not what was sent; nothing was changed`)
    case "overwritten":
      return failed(
        `something else wrote ${place} at the same moment`,
        "Find what else writes the manifest on the VM, and end it; the sweep writes it again.",
      )
    default:
      return failed(`the script for ${place} ended with an answer that is none of its own`)
  }
}
