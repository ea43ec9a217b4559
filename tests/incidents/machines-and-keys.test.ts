import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { BlobServiceClient } from "@azure/storage-blob"
import { describe, expect, it, onTestFinished } from "vitest"
import { startKeyVault } from "../../infra/local/azure/key-vault.ts"
import { blobLeases } from "../../shared/adapters/azure/blob-leases.ts"
import { keyVault } from "../../shared/adapters/azure/key-vault.ts"
import { leaksIn } from "../canaries.ts"
import { useStorage } from "../contracts/places.ts"
import { CANARY } from "../shared/vm/shell-machine.ts"
import { openProduct } from "./product.ts"

const COMPLETE = { status: "complete" }
const ON_VM = ["vm-secret", "vm-manifest"] as const
const failed = (code: string) => ({ status: "failed", problem: { code } })
const storage = useStorage()
const never = new AbortController().signal

describe("incidents: machines and keys", () => {
  it("13: waits for no run-command that hangs, and lets none collide", async () => {
    // This shell never ends.
    const hanging = await openProduct({ byScript: true, shell: "tail -f /dev/null", silentMs: 300 })
    expect(await hanging.release("1.6.1.44")).toMatchObject(failed("VM_SILENT"))
    expect([hanging.publicTags(), (await hanging.manifest()).version]).toEqual([["v1.6.1.44"], "1.6.1.44"])

    const product = await openProduct({ byScript: true })
    await product.prepare("1.6.1.44")
    const other = product.vm.machine.run("sleep 0.5", {}, never)
    await expect.poll(() => product.arm.calls.length).toBeGreaterThan(0)
    expect(await product.run("v1.6.1.44")).toEqual(COMPLETE)
    await other
    expect(await product.vmManifest()).toBe(await product.workspaceManifest())
  })

  it("14: takes no answer of the VM that is cut, or empty, for an answer", async () => {
    const product = await openProduct({ byScript: true })
    await product.writeOnVm("config.env", "API_KEY=value\n")
    product.arm.setState("cut")
    expect(await product.release("1.6.1.44")).toMatchObject(failed("VM_ANSWER_CUT"))
    expect(await product.look(ON_VM)).toEqual(["fail VM_ANSWER_CUT", "fail VM_ANSWER_CUT"])
    product.arm.setState("running")
    expect(await product.run("v1.6.1.44")).toEqual(COMPLETE)
    expect(await product.look(ON_VM)).toEqual(["pass", "pass"])

    const silent = await openProduct({ byScript: true, shell: "true" })
    expect(await silent.release("1.6.1.44")).toMatchObject(failed("VM_SCRIPT_FAILED"))
    expect(await silent.look(ON_VM)).toEqual(["fail VM_SCRIPT_FAILED", "fail VM_SCRIPT_FAILED"])
  })

  it("16: is not kept away for ever by the lock of a process that has died", async () => {
    const product = await openProduct()
    const lock = product.at("locks", "releases", "v1.6.1.44.lock")
    await mkdir(dirname(lock), { recursive: true })
    const holder = spawn(process.execPath, [resolve("tests/shared/adapters/local/hold-lock.ts"), lock])
    await once(holder.stdout, "data")
    expect(await product.release("1.6.1.44")).toEqual({ status: "busy" })
    holder.kill("SIGKILL")
    await once(holder, "exit")
    expect(await product.run("v1.6.1.44")).toEqual(COMPLETE)

    // The cloud's leases end by themselves, whoever has died.
    const { account, fresh } = storage
    const container = fresh()
    const lease = await (await blobLeases(account(), { container })).acquire("releases/v1.6.1.44")
    const blobs = BlobServiceClient.fromConnectionString(account().connectionString).getContainerClient(container)
    const { leaseDuration } = await blobs.getBlobClient("locks/releases/v1.6.1.44").getProperties()
    await lease?.release()
    expect(leaseDuration).toBe("fixed")
  })

  it("17: tells a read-only subscription and a stopped VM as what they are, and releases all the same", async () => {
    const product = await openProduct({ byScript: true })
    await product.prepare("1.6.1.44")
    for (const [state, code] of [
      ["read-only", "SUBSCRIPTION_READ_ONLY"],
      ["stopped", "VM_STOPPED"],
    ] as const) {
      product.arm.setState(state)
      expect(await product.run("v1.6.1.44")).toMatchObject(failed(code))
      expect(await product.look(ON_VM)).toEqual([`fail ${code}`, `fail ${code}`])
    }
    expect([product.publicTags(), (await product.manifest()).version]).toEqual([["v1.6.1.44"], "1.6.1.44"])
    product.arm.setState("running")
    expect(await product.run("v1.6.1.44")).toEqual(COMPLETE)
    expect(await product.offered()).toMatchObject({ version: "1.6.1.44" })
  })

  it("18: takes no key for good because it is there", async () => {
    const product = await openProduct()
    expect(await product.look(["github"], { token: "expired" })).toEqual(["fail GITHUB_UNAUTHORIZED"])
    await product.prepare("1.6.1.44")
    const expired = await product.makeWorld({ auth: { token: () => "expired" } })
    const refused = { status: "blocked", problem: { code: "GITHUB_UNAUTHORIZED" } }
    expect(await product.desk.run({ tag: "v1.6.1.44" }, expired)).toMatchObject(refused)

    const server = await startKeyVault({ secrets: { key: { value: CANARY, expiresAt: new Date("2026-11-21") } } })
    onTestFinished(() => server.close())
    const vault = { vault: await keyVault({ url: server.url, credential: {} }), names: ["key"] }
    const [finding] = await product.findings(["key-vault"], { world: { vault } })
    expect(finding).toMatchObject({ code: "SECRET_EXPIRING", message: "the secret key expired on 2026-11-21" })

    await product.writeOnVm("config.env", "API_KEY=YOUR_API_KEY_HERE\n")
    expect(await product.look(["vm-secret"])).toEqual(["fail VM_SECRET_MISSING"])
  })

  it("23: needs no secret where secrets are masked, and takes no mask for one", async () => {
    const product = await openProduct()
    await product.writeOnVm("config.env", `export API_KEY='${CANARY}'\n`)
    const findings = await product.findings(["vm-secret"])
    expect(findings).toMatchObject([{ outcome: "pass" }])
    // There is nothing to mask.
    expect(leaksIn([JSON.stringify(findings), ...product.printed], [CANARY])).toEqual([])

    await product.writeOnVm("config.env", "API_KEY=***\n")
    expect(await product.look(["vm-secret"])).toEqual(["fail VM_SECRET_MISSING"])
    expect(await product.look(["github"], { token: "••••••••" })).toEqual(["fail GITHUB_UNAUTHORIZED"])
  })
})
