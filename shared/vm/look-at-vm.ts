import type { Machine } from "../ports/machine.ts"
import type { Digest } from "../ports/releases.ts"
import { Problem } from "../problem.ts"
import type { VmLook } from "./look.ts"
import { LOOK_SCRIPT } from "./look-script.ts"
import { answerBehindMarker, encodeParameters } from "./protocol.ts"

/** Paths on the VM, and the name of the key in the env file. */
export interface VmPlaces {
  envFile: string
  secret: string
  manifest: string
}

/**
 * Looks at the secret and the manifest in one run. The secret's value does not leave the VM. Throws what the machine throws,
 * VM_ANSWER_CUT, and VM_SCRIPT_FAILED.
 */
export async function lookAtVm(machine: Machine, where: VmPlaces, signal: AbortSignal): Promise<VmLook> {
  const { envFile, secret, manifest } = where
  const output = await machine.run(LOOK_SCRIPT, encodeParameters({ envFile, secret, manifest }), signal)
  const look = readLook(answerBehindMarker(output, { machine: machine.name, script: LOOK_SCRIPT }))
  if (look) return look
  throw new Problem("VM_SCRIPT_FAILED", `the script on ${machine.name} ended with an answer that is none of its own`)
}

const SECRETS: readonly unknown[] = [
  "present",
  "file missing",
  "file unreadable",
  "key missing",
  "empty",
  "placeholder",
] satisfies VmLook["secret"][]

function readLook(answer: unknown): VmLook | undefined {
  if (!isObject(answer) || !isSecret(answer.secret)) return undefined
  const manifest = readManifest(answer.manifest)
  return manifest && { secret: answer.secret, manifest }
}

function readManifest(answer: unknown): VmLook["manifest"] | undefined {
  if (answer === "missing" || answer === "unreadable") return answer
  if (!isObject(answer)) return undefined
  const { sha256, sizeBytes } = answer
  const sound = typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(sizeBytes)
  return sound ? { digest: `sha256:${sha256}` satisfies Digest, sizeBytes: Number(sizeBytes) } : undefined
}

function isSecret(word: unknown): word is VmLook["secret"] {
  return SECRETS.includes(word)
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null
}
