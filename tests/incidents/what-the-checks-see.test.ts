import { readdir } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import type { CheckId } from "../../shared/checks/check.ts"
import { manifestText } from "../infra/local/update-server/start.ts"
import { closedPort, endpointsAt } from "../shared/checks/odd-web-server.ts"
import { openProduct } from "./product.ts"

const SERVED: readonly CheckId[] = ["health", "updates", "appcast"]
const PASS = ["pass", "pass", "pass"]

describe("incidents: what the checks see", () => {
  it("6: leaves no stale manifest beside the manifest, and tells of one that turned the appcast into 404", async () => {
    const product = await openProduct({ byScript: true })
    await product.writeOnVm("manifest.json", manifestText())
    await product.release("1.6.1.44")
    expect((await readdir(product.onVm("."))).toSorted()).toEqual([".slipway", "manifest.json"])

    product.server.lie("appcast-404")
    const [finding] = await product.findings(["appcast"])
    expect(finding).toMatchObject({ code: "APPCAST_INVALID", remedy: expect.stringContaining("beside manifest.json") })
  })

  it("8: takes no health answer of 200 for good while the appcast is 500", async () => {
    const product = await openProduct()
    await product.release("1.6.1.44")
    expect(await product.look(SERVED)).toEqual(PASS)
    const text = await product.vmManifest()
    await product.writeOnVm("VERSION", "1.6.1.44\n")
    await product.writeOnVm("manifest.json", text.slice(0, 200))
    expect(await product.look(SERVED)).toEqual(["pass", "pass", "fail APPCAST_INVALID"])
  })

  it("11: tells at once of an address at which nobody is any more, of the server as of the VM", async () => {
    const product = await openProduct()
    await product.release("1.6.1.44")
    const stale = `127.0.0.1:${await closedPort()}`
    const findings = await product.findings(SERVED, { world: { endpoints: endpointsAt(`http://${stale}`) } })
    const gone = { code: "ENDPOINT_UNREACHABLE", message: expect.stringContaining(stale) }
    expect(findings).toMatchObject([gone, gone, gone])
    expect(findings[0]?.remedy).toContain("address in the configuration")
    product.arm.setState("missing")
    expect(await product.look(["vm-manifest"])).toEqual(["fail VM_NOT_FOUND"])
  })

  it("15: cries no wolf: no answer is no 000000, and one that is lost wakes nobody", async () => {
    const product = await openProduct()
    await product.release("1.6.1.44")
    product.server.lie("reset")
    expect(await product.look(SERVED, { pause: async () => product.server.tellTruth() })).toEqual(PASS)

    product.server.lie("reset")
    const [finding] = await product.findings(["appcast"])
    expect(finding?.message).toMatch(/^127\.0\.0\.1:\d+ cannot be reached: the connection broke off \(ECONNRESET\)$/)
    product.server.tellTruth()
    for (const minutes of [5, 10, 15]) {
      if (minutes === 10) product.server.lie("reset")
      await product.verify(["appcast"], minutes)
      product.server.tellTruth()
    }
    expect(product.sink.received).toEqual([])
  })

  it("19: tells that files have changed on disk and their process was not restarted", async () => {
    const product = await openProduct()
    await product.release("1.6.1.44")
    product.server.lie("not-restarted")
    expect(await product.look([...SERVED, "vm-manifest"])).toEqual([
      "fail ENDPOINT_OUTDATED",
      "fail ENDPOINT_OUTDATED",
      expect.stringMatching(/^fail APPCAST_DIFFERS/),
      "pass",
    ])
    const [finding] = await product.findings(["health"])
    expect(finding?.remedy).toContain("if the right manifest is there already, only the restart is missing")
  })

  it("20: does not take another server's health, which shows the right version, for what clients get", async () => {
    const product = await openProduct()
    await product.release("1.6.1.44")
    product.server.lie("staging-shows-stable")
    const [health, updates, appcast] = await product.look(SERVED)
    expect([health, updates]).toEqual(["pass", "pass"])
    expect(appcast).toMatch(/^fail APPCAST_DIFFERS/)
  })
})
