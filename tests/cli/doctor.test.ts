import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { shipFolder } from "../../shared/app.ts"
import { localStack, sampleFolder, slipway } from "../stack.ts"

const WORKSPACE = "Seregawpn/Nexy"
const TAG = "v1.0.0.1"

interface Told {
  name: string
  outcome: "ok" | "warn" | "fail"
  message: string
  remedy?: string
}

let stack: Awaited<ReturnType<typeof localStack>>

beforeAll(async () => {
  stack = await localStack()
  await shipFolder(await sampleFolder(stack.state, "drop"), TAG, stack.settings, () => {})
  while (!(await isProven())) await new Promise((resolve) => setTimeout(resolve, 50))
})
afterAll(() => stack.close())

async function isProven(): Promise<boolean> {
  const answer = await fetch(`${stack.url}/api/releases/${TAG}`, { headers: { "x-functions-key": stack.key } })
  return (await answer.text()).includes('"proven"')
}

async function doctor(settings: { [name: string]: string } = {}): Promise<{ code: number | null; findings: Told[] }> {
  const { code, stdout } = await slipway(["doctor", "--json", "--state", stack.state], settings)
  return { code, findings: (JSON.parse(stdout) as { findings: Told[] }).findings }
}

function parts() {
  const { github, outside } = stack
  if (!github || !outside) throw new Error("the stack has no look-alikes")
  return { github, ...outside }
}

/** Replaces words of a file on the VM; answers how to put it back. */
async function spoil(name: string, from: string, to: string): Promise<() => Promise<void>> {
  const path = join(parts().root, "home/azureuser/voice-assistant", name)
  const before = await readFile(path, "utf8")
  expect(before).toContain(from)
  await writeFile(path, before.replaceAll(from, to))
  return () => writeFile(path, before)
}

/** The same for a file of the workspace. */
async function push(path: string, from: string, to: string): Promise<() => Promise<unknown>> {
  const before = (await parts().github.readFile(WORKSPACE, path)) ?? ""
  expect(before).toContain(from)
  await parts().github.pushFile(WORKSPACE, path, before.replace(from, to), "by hand")
  return () => parts().github.pushFile(WORKSPACE, path, before, "as before")
}

async function upload(name: string): Promise<() => Promise<unknown>> {
  const { BlobServiceClient } = await import("@azure/storage-blob")
  const service = BlobServiceClient.fromConnectionString(stack.settings.AzureWebJobsStorage ?? "")
  const blob = service.getContainerClient("inbox").getBlockBlobClient(name)
  await blob.upload("x", 1)
  return () => blob.delete()
}

async function vm(state: "stopped" | "busy" | "read-only"): Promise<() => void> {
  parts().runCommand.setState(state)
  return () => parts().runCommand.setState("running")
}

const MANIFEST = "server/updates/manifests/manifest.json"

describe("slipway doctor", () => {
  it("has one OK for everything a release needs, and asks the VM once", async () => {
    const asked = parts().runCommand.calls.filter((call) => call.startsWith("POST")).length
    const { code, findings } = await doctor()
    expect([code, findings.filter(({ outcome }) => outcome !== "ok")]).toEqual([0, []])
    expect(findings.map(({ name }) => name)).toEqual([
      "configuration",
      "credentials",
      "assets",
      "workspace",
      "version",
      "versions",
      "inbox",
      "vm-secret",
      "vm-manifest",
      "app",
    ])
    expect(parts().runCommand.calls.filter((call) => call.startsWith("POST"))).toHaveLength(asked + 1)
  })

  it.each<[string, () => Promise<() => unknown>, { [name: string]: RegExp }]>([
    [
      "an older VERSION",
      () => push("VERSION", "1.0.0.1", "1.0.0.0"),
      { version: /VERSION_NOT_NEWER/, versions: /expected 1\.0\.0\.0/ },
    ],
    [
      "a newer VERSION",
      () => push("VERSION", "1.0.0.1", "1.0.0.2"),
      { version: /^warn .*the manifest offers 1\.0\.0\.1/, versions: /expected 1\.0\.0\.2/ },
    ],
    ["an unreadable VERSION", () => push("VERSION", "1.0.0.1", "v1"), { version: /VERSION_UNREADABLE/, versions: /./ }],
    [
      "a drifted version point",
      () => push("server/config.env.example", "SERVER_BUILD=1.0.0.1", "SERVER_BUILD=1.0.3"),
      { versions: /config\.env\.example:3 says "1\.0\.3", expected 1\.0\.0\.1/ },
    ],
    [
      "a damaged manifest",
      () => push(MANIFEST, "{", "["),
      { version: /MANIFEST_INVALID/, versions: /is not JSON/, "vm-manifest": /VM_MANIFEST_DIFFERS/ },
    ],
    ["a stray in the inbox", () => upload("Photo.png"), { inbox: /^warn left alone: Photo\.png/ }],
    ["no secret", () => spoil("config.env", "GEMINI_API_KEY=", "OTHER="), { "vm-secret": /SECRET_/ }],
    ["another manifest on the VM", () => spoil(MANIFEST, "1.0.0.1", "0.9"), { "vm-manifest": /VM_MANIFEST_DIFFERS/ }],
    ["a VM that is off", () => vm("stopped"), { "vm-secret": /VM_STOPPED/, "vm-manifest": /VM_STOPPED/ }],
    ["another command on the VM", () => vm("busy"), { "vm-secret": /VM_BUSY/, "vm-manifest": /VM_BUSY/ }],
    [
      "a subscription that is read-only",
      () => vm("read-only"),
      { "vm-secret": /SUBSCRIPTION_READ_ONLY/, "vm-manifest": /SUBSCRIPTION_READ_ONLY/ },
    ],
  ])("says what to do about %s, and of nothing else", async (_what, breakIt, expected) => {
    const mend = await breakIt()
    try {
      expectOnly(await doctor(), expected)
    } finally {
      await mend()
    }
  })

  it.each<[string, () => Promise<{ [name: string]: string }>, { [name: string]: RegExp }]>([
    [
      "a token that GitHub does not know",
      async () => ({ GITHUB_TOKEN: "gone" }),
      Object.fromEntries(
        ["credentials", "assets", "workspace", "version", "versions", "vm-manifest"].map((name) => [name, /GITHUB_/]),
      ),
    ],
    [
      "a repository that is not there",
      () => configured(`"repository": "Seregawpn/Nexy_production"`, `"repository": "Seregawpn/Nexy_productoin"`),
      { assets: /GITHUB_NOT_FOUND: Seregawpn\/Nexy_productoin/ },
    ],
    [
      "an Azure that does not answer",
      async () => ({ AZURE_RESOURCE_MANAGER_URL: "http://127.0.0.1:9" }),
      { "vm-secret": /AZURE_UNREACHABLE/, "vm-manifest": /AZURE_UNREACHABLE/ },
    ],
    [
      "an app that does not answer",
      async () => ({ SLIPWAY_URL: "http://127.0.0.1:9" }),
      { app: /SLIPWAY_UNREACHABLE/ },
    ],
  ])("says what to do about %s, and of nothing else", async (_what, settings, expected) => {
    expectOnly(await doctor({ ...stack.settings, ...(await settings()) }), expected)
  })

  it("says of a configuration that is not sound where it is not", async () => {
    const settings = await configured(`"kind": "dmg"`, `"kind": "dgm"`)
    const { code, findings } = await doctor(settings)
    const [first] = findings
    expect([code, first]).toMatchObject([1, { name: "configuration", outcome: "fail", message: /CONFIG_INVALID/ }])
  })

  it("tells what to do when nothing is set", async () => {
    const ran = await slipway(["doctor", "--state", join(stack.state, "nowhere")])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain("SETTINGS_INVALID")
    expect(ran.stdout).toContain("SLIPWAY_UNREACHABLE")
  })
})

/** The stack's configuration with other words in it. */
async function configured(from: string, to: string): Promise<{ [name: string]: string }> {
  const text = await readFile(stack.settings.SLIPWAY_CONFIG ?? "", "utf8")
  expect(text).toContain(from)
  const path = join(stack.state, "other.config.json")
  await writeFile(path, text.replace(from, to))
  return { SLIPWAY_CONFIG: path }
}

function expectOnly(told: { code: number | null; findings: Told[] }, expected: { [name: string]: RegExp }): void {
  const found = told.findings.filter(({ outcome }) => outcome !== "ok")
  expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort())
  for (const { name, outcome, message, remedy } of found) {
    expect(`${outcome} ${message}`).toMatch(expected[name] ?? /^$/)
    expect(remedy).toMatch(/./)
  }
  expect(told.code).toBe(found.some(({ outcome }) => outcome === "fail") ? 1 : 0)
}
