import { type Reply, VM_STATES, type VmState } from "./run-command-answers.ts"

/** Answers `/_state` for people: GET says how the VM is, PUT of a name lets it be so. Undefined for any other path. */
export function answerControl(
  { method, path }: { method: string | undefined; path: string },
  state: VmState,
  setState: (state: VmState) => void,
): Reply | undefined {
  if (path === "/_state" && method === "GET") return { status: 200, json: { state } }
  const name = path.match(/^\/_state\/([^/]+)$/)?.[1]
  if (name === undefined || method !== "PUT") return undefined
  const next = VM_STATES.find((each) => each === name)
  if (!next) return { status: 400, json: { message: `there is no such state; there are ${VM_STATES.join(", ")}` } }
  setState(next)
  return { status: 200, json: { state: next } }
}
