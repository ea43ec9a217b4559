import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import type { Machine } from "../../../shared/ports/machine.ts"
import { Problem } from "../../../shared/problem.ts"
import { manifestPlace } from "../../../shared/vm/manifest-place.ts"
import { memoryLeases } from "./memory-leases.ts"

const TEXT = '{"version": "1.6.1.44"}\n'
const SHA256 = createHash("sha256").update(TEXT).digest("hex")
const PATH = "/srv/manifest.json"
const never = new AbortController().signal

/** A place on a machine that answers as the script would, and all that happened in its order. */
function place(stdout = `SLIPWAY-VM {"outcome":"written","sha256":"${SHA256}"}\n`) {
  const happened: string[] = []
  const leases = memoryLeases()
  const machine: Machine = {
    name: "Nexy",
    async run(_script, { manifest = "", text = "" }) {
      happened.push(`ran with ${leases.names()}: ${Buffer.from(manifest, "base64")}`)
      expect(Buffer.from(text, "base64").toString()).toBe(TEXT)
      return { stdout, stderr: "" }
    },
  }
  const at = manifestPlace({ machine, leases, manifest: PATH }, { waitMs: 20, pauseMs: 5 })
  const confirm = async () => void happened.push(`confirmed with ${leases.names()}`)
  return { at, leases, happened, confirm }
}

describe("the manifest's place on a VM", () => {
  it("is written while nobody else can, and after a last look at what shall be there", async () => {
    const { at, leases, happened, confirm } = place()
    expect(at.name).toBe("/srv/manifest.json on Nexy")
    expect(await at.put(TEXT, confirm, never)).toEqual({ digest: `sha256:${SHA256}`, written: true })
    expect(happened).toEqual(["confirmed with vm/Nexy", `ran with vm/Nexy: ${PATH}`])
    expect(leases.names()).toEqual([])
  })

  it("says when it was written already", async () => {
    const { at, confirm } = place(`SLIPWAY-VM {"outcome":"unchanged","sha256":"${SHA256}"}\n`)
    expect(await at.put(TEXT, confirm, never)).toEqual({ digest: `sha256:${SHA256}`, written: false })
  })

  it("stays as it is when something else shall be there by now", async () => {
    const { at, leases, happened } = place()
    const moved = async () => Promise.reject(new Problem("WORKSPACE_MOVED", "another"))
    await expect(at.put(TEXT, moved, never)).rejects.toMatchObject({ code: "WORKSPACE_MOVED" })
    expect([happened, leases.names()]).toEqual([[], []])
  })

  it("is not even confirmed while somebody else is at work there", async () => {
    const { at, leases, happened, confirm } = place()
    await leases.acquire("vm/Nexy")
    await expect(at.put(TEXT, confirm, never)).rejects.toMatchObject({ code: "VM_BUSY" })
    expect(happened).toEqual([])
  })

  it("is given back when the script fails", async () => {
    const { at, leases, confirm } = place("no such file\n")
    await expect(at.put(TEXT, confirm, never)).rejects.toMatchObject({ code: "VM_SCRIPT_FAILED" })
    expect(leases.names()).toEqual([])
  })
})
