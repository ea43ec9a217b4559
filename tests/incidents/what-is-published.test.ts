import { describe, expect, it } from "vitest"
import { parseConfiguration } from "../../shared/config/config.ts"
import { setVersion } from "../../shared/version/set-version.ts"
import { flipped, sampleFiles } from "../files.ts"
import { ASSETS, MANIFEST, WORKSPACE } from "../world.ts"
import { openProduct } from "./product.ts"

const POINTS = [{ file: "config.env", format: "env" as const, path: "SERVER_VERSION", optional: false }]
const LAYOUT = { versionPath: "VERSION", manifestPath: MANIFEST, points: POINTS, manifestNow: false }

describe("incidents: what is published", () => {
  it("4: releases no phantom: the bytes of 2.0.0.19 are refused as 2.0.0.32", async () => {
    const product = await openProduct({ version: "2.0.0.19\n" })
    const files = await sampleFiles("2.0.0.19")
    await product.release("2.0.0.19", files)
    const ending = await product.release("2.0.0.32", { ...files, "NOTES.md": Buffer.from("# All new\n") })
    expect(ending).toMatchObject({ status: "blocked", problem: { code: "PHANTOM_RELEASE" } })
    expect(product.github.releases(ASSETS).map(({ tag }) => tag)).toEqual(["v2.0.0.19"])
    expect(await product.offered()).toMatchObject({ version: "2.0.0.19" })
  })

  it("12: never lets SERVER_VERSION say 1.0.3 for long where VERSION says 1.6.0.35", async () => {
    const product = await openProduct({ version: "1.6.0.35\n" })
    await product.github.pushFile(WORKSPACE, "config.env", "SERVER_VERSION=1.0.3 # long ago\n", "long ago")
    const look = () => product.look(["versions"], { world: { versionPoints: POINTS } })
    expect(await look()).toEqual(["fail VERSION_POINT_DIFFERS"])

    const { workspace } = await product.makeWorld()
    await setVersion({ version: "1.6.0.36", force: false, dryRun: false }, workspace, LAYOUT, "Ada")
    expect(await product.github.readFile(WORKSPACE, "config.env")).toBe("SERVER_VERSION=1.6.0.36 # long ago\n")
    expect(await product.github.readFile(WORKSPACE, "VERSION")).toBe("1.6.0.36\n")
    expect(await look()).toEqual(["pass"])
  })

  it("21: mixes up no repository, no path and no tag, and ships no notes of the cycle before unseen", async () => {
    const text = JSON.stringify({
      product: "App",
      assets: { repository: WORKSPACE },
      workspace: { repository: WORKSPACE },
      artifacts: [
        { name: "App.dmg", kind: "dmg" },
        { name: "NOTES.md", kind: "notes" },
      ],
    })
    const parse = () => parseConfiguration({ name: "config", text }, {}, { storage: false, github: false })
    expect(parse).toThrow(expect.objectContaining({ code: "CONFIG_REPOSITORIES_MIXED" }))

    const product = await openProduct()
    await product.dropAll("v1.6.1.34", await sampleFiles())
    const mixed = { status: "blocked", problem: { code: "VERSION_MISMATCH" } }
    expect(await product.run("v1.6.1.34")).toMatchObject(mixed)
    expect(product.github.releases(ASSETS)).toEqual([])

    await product.dropAll("", await sampleFiles())
    expect(await product.run()).toEqual({ status: "complete" })
    await product.setVersion("1.6.1.45")
    const { "NOTES.md": _notes, ...installers } = await sampleFiles("1.6.1.45")
    await product.dropAll("", installers)
    expect(await product.run()).toEqual({ status: "waiting" })
    expect(await product.record("v1.6.1.45")).toMatchObject({ waitingFor: ["NOTES.md"] })
    expect(product.publicTags()).toEqual(["v1.6.1.44"])
    // Whoever uploads the old ones once more is told.
    await product.drop("NOTES.md", (await sampleFiles())["NOTES.md"] ?? "")
    expect(await product.run()).toEqual({ status: "complete" })
    expect(product.spoken.join("\n")).toContain("NOTES.md is byte for byte that of v1.6.1.44")
  })

  it("22: ships no broken disk image, whether it is cut or damaged in its middle", async () => {
    const product = await openProduct()
    const { "App.dmg": image, ...files } = await sampleFiles()
    for (const broken of [image?.subarray(0, 40_000), flipped(image, 30_000)]) {
      const ending = await product.release("1.6.1.44", { ...files, "App.dmg": broken ?? Buffer.alloc(0) })
      expect(ending).toMatchObject({ status: "blocked", problem: { code: "DMG_INVALID" } })
      expect([product.github.releases(ASSETS), await product.manifest()]).toEqual([[], {}])
    }
    expect(await product.release("1.6.1.44")).toEqual({ status: "complete" })
  })
})
