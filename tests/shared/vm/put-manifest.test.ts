import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunCommand, startRunCommand } from "../../../infra/local/azure/run-command.ts"
import { runCommandMachine } from "../../../shared/adapters/azure/run-command.ts"
import type { Machine } from "../../../shared/ports/machine.ts"
import { putManifest } from "../../../shared/vm/put-manifest.ts"
import { backupsOf, hexOf, manifestOf, OLD, usePutFolder } from "./put-folder.ts"

const TEXT = manifestOf("1.6.1.44")
const SENT = { manifest: "/srv/manifest.json", text: TEXT }
const never = new AbortController().signal

/** A machine that has one answer to everything. */
const saying = (stdout: string, stderr = ""): Machine => ({ name: "Nexy", run: async () => ({ stdout, stderr }) })
const answering = (answer: unknown) => saying(`SLIPWAY-VM ${JSON.stringify(answer)}\n`)

/** A machine that never answers. */
const silent: Machine = {
  name: "Nexy",
  run: (_script, _parameters, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
}

describe("putManifest", () => {
  it.each<[string, boolean]>([
    ["written", true],
    ["unchanged", false],
  ])("takes %s for an answer", async (outcome, written) => {
    const digest = `sha256:${hexOf(TEXT)}`
    expect(await putManifest(answering({ outcome, sha256: hexOf(TEXT) }), SENT, never)).toEqual({ digest, written })
  })

  it.each<[string, string, RegExp]>([
    ["locked", "VM_LOCKED", /^Something on the VM holds the lock/],
    ["not absolute", "VM_SCRIPT_FAILED", /vm\.manifest in the configuration/],
    ["no folder", "VM_SCRIPT_FAILED", /vm\.manifest in the configuration/],
    ["not a file", "VM_SCRIPT_FAILED", /vm\.manifest in the configuration/],
    ["dangling link", "VM_SCRIPT_FAILED", /Mend the link/],
    ["foreign link", "VM_SCRIPT_FAILED", /Remove that link/],
    ["not as sent", "VM_SCRIPT_FAILED", /./],
    ["overwritten", "VM_SCRIPT_FAILED", /what else writes the manifest/],
    ["well done", "VM_SCRIPT_FAILED", /./],
  ])("says of %s what it means and what to do", async (outcome, code, remedy) => {
    const putting = putManifest(answering({ outcome }), SENT, never)
    await expect(putting).rejects.toMatchObject({
      code,
      message: expect.stringContaining("/srv/manifest.json on Nexy"),
      remedy: expect.stringMatching(remedy),
    })
  })

  it.each<[string, Machine, string]>([
    ["another digest", answering({ outcome: "written", sha256: hexOf("another") }), "VM_SCRIPT_FAILED"],
    ["no digest", answering({ outcome: "unchanged" }), "VM_SCRIPT_FAILED"],
    ["null", answering(null), "VM_SCRIPT_FAILED"],
    ["no marker", saying("written\n"), "VM_SCRIPT_FAILED"],
    ["nothing", saying(""), "VM_SCRIPT_FAILED"],
    ["half of it", saying('SLIPWAY-VM {"outcome":"writ'), "VM_ANSWER_CUT"],
  ])("takes %s for no success", async (_what, machine, code) => {
    await expect(putManifest(machine, SENT, never)).rejects.toMatchObject({ code })
  })

  it("does not wait for ever for a run-command that hangs", async () => {
    await expect(putManifest(silent, SENT, never, { silentMs: 10 })).rejects.toMatchObject({ code: "VM_SILENT" })
    const left = AbortSignal.abort(new Error("left"))
    await expect(putManifest(answering({}), SENT, left)).rejects.toBeDefined()
    const leaving = new AbortController()
    const putting = putManifest(silent, SENT, leaving.signal)
    leaving.abort(new Error("left in between"))
    await expect(putting).rejects.toThrow("left in between")
  })

  describe("on the look-alike of Azure", () => {
    const vm = usePutFolder()
    let arm: RunCommand
    beforeAll(async () => {
      arm = await startRunCommand({ root: join(vm.folder, "vm") })
    })
    afterAll(() => arm.close())

    it("is not done twice when half of the answer was cut off", async () => {
      const manifest = await vm.place()
      await writeFile(manifest, OLD)
      const address = { subscriptionId: "s", resourceGroup: "g", name: "Nexy", armUrl: arm.url, credential: {} }
      const machine = await runCommandMachine(address)

      arm.setState("cut")
      await expect(putManifest(machine, { manifest, text: TEXT }, never)).rejects.toMatchObject({
        code: expect.stringMatching(/^VM_(?:ANSWER_CUT|SCRIPT_FAILED)$/),
      })
      expect(await readFile(manifest, "utf8")).toBe(TEXT)
      arm.setState("running")
      expect(await putManifest(machine, { manifest, text: TEXT }, never)).toMatchObject({ written: false })
      expect(await backupsOf(manifest)).toEqual([OLD])
    })
  })
})
