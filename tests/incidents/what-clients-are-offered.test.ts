import { writeFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { sampleFiles } from "../files.ts"
import { manifestText } from "../infra/local/update-server/start.ts"
import { ASSETS } from "../world.ts"
import { openProduct } from "./product.ts"

const COMPLETE = { status: "complete" }

describe("incidents: what clients are offered", () => {
  it("1: never offers build 1001 for version 1.0.1, which made clients update for ever", async () => {
    const product = await openProduct({ manifest: manifestText({ version: "1.0.1", build: "1001" }) })
    expect(await product.release("1.6.1.44")).toEqual(COMPLETE)
    // Whoever has installed this knows itself by this very version, and is offered nothing any more.
    expect(await product.offered()).toMatchObject({ build: "1.6.1.44", version: "1.6.1.44" })

    await product.byHand((manifest) => Object.assign(manifest, { build: "1001" }))
    expect(await product.look(["manifest"])).toEqual(["fail MANIFEST_DIFFERS"])
    await product.run("v1.6.1.44")
    product.server.lie("build-1001")
    expect(await product.look(["updates", "appcast"])).toEqual(["fail ENDPOINT_OUTDATED", "fail APPCAST_DIFFERS"])
  })

  it("2: offers the size of the file on GitHub, not 97,356,894 bytes where 97,368,441 are, which no client installs", async () => {
    const product = await openProduct()
    await product.prepare("1.6.1.44")
    const longer = (await sampleFiles("1.6.1.44", 71_547))["App.dmg"] ?? Buffer.alloc(0)
    let swapped = false
    // Another build is put into the finished draft, a moment before it becomes public.
    product.github.setIntercept(async ({ operation }) => {
      const [draft] = product.github.releases(ASSETS)
      if (swapped || operation !== "repos/get-release" || draft?.assets.length !== 4) return undefined
      swapped = true
      await product.replaceInDraft(draft.id, "App.dmg", longer)
      return undefined
    })
    expect(await product.run("v1.6.1.44")).toEqual(COMPLETE)
    expect(swapped).toBe(true)
    const { size } = product.assetOf("1.6.1.44", "App.dmg")
    expect(await product.offered()).toMatchObject({ length: size })

    await product.byHand(({ artifact }) => Object.assign(artifact, { size: size - 11_547 }))
    expect(await product.look(["assets", "download"])).toEqual(["fail ASSET_DIFFERS", "fail DOWNLOAD_DIFFERS"])
  })

  it("3: serves no old local file: what is offered lies on GitHub, and every byte of it is looked at again", async () => {
    const local = { url: "https://updates.example/downloads/App.dmg", size: 60_000 }
    const product = await openProduct({ manifest: manifestText({}, local) })
    expect(await product.release("1.6.1.44")).toEqual(COMPLETE)
    const asset = product.assetOf("1.6.1.44", "App.dmg")
    expect(await product.offered()).toMatchObject({
      url: `${product.github.url}/${ASSETS}/releases/download/v1.6.1.44/App.dmg`,
    })
    expect(await product.look(["download"], { world: { deep: true } })).toEqual(["pass"])

    const old = (await sampleFiles("1.6.1.43"))["App.dmg"] ?? Buffer.alloc(0)
    expect(old.length).toBe(asset.size)
    await writeFile(product.github.assetPath(ASSETS, asset), old)
    expect(await product.look(["download"], { world: { deep: true } })).toEqual(["fail DOWNLOAD_DIFFERS"])
  })

  it("5: never offers the appcast itself, a txt of 33 bytes, as the file to install", async () => {
    const feed = { url: "https://updates.example/updates/appcast.xml", type: "txt", size: 33 }
    const text = manifestText({}, feed)
    const product = await openProduct({ manifest: text })
    await product.writeOnVm("manifest.json", text)
    expect(await product.look(["manifest", "appcast"])).toEqual(["fail MANIFEST_INVALID", "fail APPCAST_INVALID"])

    expect(await product.release("1.6.1.44")).toEqual(COMPLETE)
    expect((await product.manifest()).artifact).toMatchObject({ type: "dmg" })
    const { size } = product.assetOf("1.6.1.44", "App.dmg")
    expect(await product.offered()).toMatchObject({ url: expect.stringMatching(/App\.dmg$/), length: size })
    expect(await product.look(["manifest", "appcast"])).toEqual(["pass", "pass"])
  })

  it("10: never carries an ed25519 signature on to another file", async () => {
    const product = await openProduct()
    await product.release("1.6.1.44")
    await product.byHand(({ artifact }) => Object.assign(artifact, { ed25519: "signature of 44" }))
    expect(await product.release("1.6.1.45")).toEqual(COMPLETE)
    expect((await product.manifest()).artifact).toMatchObject({ ed25519: "" })
    expect(await product.vmManifest()).not.toContain("signature of 44")
  })
})
