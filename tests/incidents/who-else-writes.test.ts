import { describe, expect, it } from "vitest"
import { manifestText } from "../infra/local/update-server/start.ts"
import { WORKSPACE } from "../world.ts"
import { openProduct } from "./product.ts"

const COMPLETE = { status: "complete" }
const with43 = (text = "") => text.replace("v1.6.1.44/App.dmg", "v1.6.1.43/App.dmg")

describe("incidents: who else writes", () => {
  it("7: tells of two manifests that disagree, and of a wrong tag in either, and makes them one again", async () => {
    const product = await openProduct()
    await product.release("1.6.1.44")
    expect(await product.vmManifest()).toBe(await product.workspaceManifest())
    await product.writeOnVm("manifest.json", with43(await product.vmManifest()))
    expect(await product.look(["vm-manifest", "appcast"])).toEqual(["fail APPCAST_DIFFERS", "fail VM_MANIFEST_DIFFERS"])

    await product.byHand(({ artifact }) => Object.assign(artifact, { url: with43(artifact.url) }))
    expect(await product.look(["manifest", "assets"])).toEqual(["fail ASSET_DIFFERS", "fail MANIFEST_DIFFERS"])
    for (const tag of await product.verify(["vm-manifest"], 5)) expect(await product.run(tag)).toEqual(COMPLETE)
    expect(await product.vmManifest()).toBe(await product.workspaceManifest())
    expect(await product.vmManifest()).not.toContain("v1.6.1.43")
  })

  it("9: survives a second writer of the manifest, and never calls a push done that was refused", async () => {
    const product = await openProduct({ manifest: manifestText() })
    let calls = 0
    // Once the release is public, somebody pushes between what Slipway has read and whatever it does next.
    product.github.setIntercept(async ({ operation }) => {
      if (!operation.startsWith("graphql/") || product.publicTags().length === 0 || calls++ !== 1) return undefined
      await product.byHand((manifest) => Object.assign(manifest, { critical: true }))
      return undefined
    })
    expect(await product.release("1.6.1.44")).toEqual(COMPLETE)
    expect(await product.manifest()).toMatchObject({ version: "1.6.1.44", critical: true })

    product.github.protectBranch(WORKSPACE, "main", "classic")
    const refused = { status: "blocked", problem: { code: "WORKSPACE_REFUSED" } }
    expect(await product.release("1.6.1.45")).toMatchObject(refused)
    expect(await product.record("v1.6.1.45")).toMatchObject({ phase: "blocked" })
    expect(await product.offered()).toMatchObject({ version: "1.6.1.44" })
    expect(await product.look(["manifest"])).toEqual(["fail MANIFEST_DIFFERS"])
  })

  it("24: puts the VM's manifest right after a deploy has reverted it", async () => {
    const product = await openProduct({ byScript: true })
    await product.release("1.6.1.44")
    product.server.lie("manifest-reverted")
    expect(await product.offered()).toMatchObject({ version: "1.6.1.43" })

    const woken = await product.verify(["appcast", "vm-manifest"], 5)
    expect(woken).toEqual(["v1.6.1.44"])
    for (const tag of woken) expect(await product.run(tag)).toEqual(COMPLETE)
    expect(await product.offered()).toMatchObject({ version: "1.6.1.44" })
    expect(await product.look(["appcast", "vm-manifest"])).toEqual(["pass", "pass"])
  })
})
