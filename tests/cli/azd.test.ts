import { once } from "node:events"
import { chmod, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { environment } from "../../shared/app.ts"
import { localStack, sampleFolder, slipway, temporaryFolder } from "../stack.ts"

const SUBSCRIPTION = "00000000-0000-4000-8000-00000000000a"
const PATH = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-nexy/providers/Microsoft.Web/sites/func-nexy/host/default/listkeys`
const MASTER = "the-master-key-that-opens-everything"

describe("slipway against what azd deployed", () => {
  let stack: Awaited<ReturnType<typeof localStack>>
  let outputs: { [name: string]: string } = {}
  let refusal: number | undefined
  let asked: string[] = []
  const stoppers: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    stack = await localStack()
    stoppers.push(stack.close)
    const arm = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (request.url?.startsWith(PATH) !== true || refusal) response.writeHead(refusal ?? 404).end()
      else response.end(JSON.stringify({ masterKey: MASTER, functionKeys: { default: stack.key }, systemKeys: {} }))
    })
    arm.listen(0, "127.0.0.1")
    await once(arm, "listening")
    stoppers.push(async () => arm.close())
    const { AZURE_SUBSCRIPTION_ID: _, ...settings } = stack.settings
    outputs = {
      ...settings,
      AZURE_ENV_NAME: "nexy",
      AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
      AZURE_RESOURCE_GROUP: "rg-nexy",
      AZURE_RESOURCE_MANAGER_URL: `http://127.0.0.1:${(arm.address() as AddressInfo).port}/`,
      SLIPWAY_APP: "func-nexy",
      SLIPWAY_URL: stack.url,
      GITHUB_APP_ID: "",
    }
  })
  afterAll(async () => {
    for (const stop of stoppers.splice(0).reverse()) await stop()
  })
  beforeEach(() => {
    refusal = undefined
    asked = []
  })

  /** Runs a command where nothing is set, and an azd that prints these values is installed. */
  async function run(args: string[], values = outputs, settings = {}) {
    const { folder, remove } = await temporaryFolder()
    await writeFile(join(folder, "values.json"), JSON.stringify(values))
    await writeFile(
      join(folder, "azd"),
      `#!/bin/sh\n[ "$*" = "env get-values --output json" ] && cat "${folder}/values.json"\n`,
    )
    await chmod(join(folder, "azd"), 0o755)
    try {
      const path = { PATH: `${folder}:${environment.PATH}`, ...settings }
      const ran = await slipway([...args, "--state", join(folder, "none")], path)
      expect(ran.stdout + ran.stderr).not.toContain(stack.key)
      expect(ran.stdout + ran.stderr).not.toContain(MASTER)
      return ran
    } finally {
      await remove()
    }
  }

  it("ships and tells the status with the key that Azure Resource Manager tells, and nothing else set", async () => {
    const folder = await sampleFolder(stack.state, "v1.0.0.1")
    const shipped = await run(["ship", folder])
    expect([shipped.code, shipped.stdout]).toEqual([0, expect.stringContaining("v1.0.0.1 is released")])
    expect(asked).toEqual([`POST ${PATH}?api-version=2024-11-01`])
    const status = await run(["status"])
    expect([status.code, status.stdout]).toEqual([0, expect.stringMatching(/^v1\.0\.0\.1 +complete/)])
  })

  it("reads GitHub's address and credentials from the same outputs", async () => {
    const version = await run(["version"])
    expect([version.code, version.stdout]).toEqual([0, expect.stringContaining("1.0.0.1")])
    const verified = await run(["verify", "--checks", "release,manifest,inbox"])
    expect([verified.code, verified.stderr]).toEqual([0, ""])
    expect(asked).toEqual([])
    const { stdout } = await run(["doctor"])
    expect(stdout).toContain(`answers at ${stack.url}`)
  })

  it("asks Azure for no key where one is set", async () => {
    const status = await run(["status"], outputs, { SLIPWAY_KEY: stack.key })
    expect([status.code, asked]).toEqual([0, []])
  })

  it.each([
    [401, "AZURE_UNAUTHORIZED", "azd auth login"],
    [403, "APP_KEY_FORBIDDEN", "Website Contributor"],
    [404, "APP_NOT_FOUND", "azd env select"],
    [503, "AZURE_UNREACHABLE", "status.azure.com"],
  ])("says what to do when Azure answers %i", async (status, code, remedy) => {
    refusal = status
    const { code: exit, stderr } = await run(["status"])
    expect([exit, stderr]).toEqual([1, expect.stringContaining(code)])
    expect(stderr).toContain(remedy)
  })

  it("says that the environment was not deployed yet", async () => {
    const { code, stderr } = await run(["status"], { AZURE_ENV_NAME: "nexy" })
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("APP_NOT_FOUND: the azd environment nexy has no app yet"),
    ])
    expect(stderr).toContain("azd up")
  })

  it("never asks an address without encryption", async () => {
    const elsewhere = { ...outputs, AZURE_RESOURCE_MANAGER_URL: "http://management.example.com/" }
    const { code, stderr } = await run(["status"], elsewhere)
    expect([code, stderr]).toEqual([1, expect.stringContaining("asked by https only")])
  })
})
