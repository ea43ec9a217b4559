import { describe, expect, it } from "vitest"
import { type Expected, judgeVmManifest } from "../../../shared/checks/vm-manifest.ts"
import { judgeSecret } from "../../../shared/checks/vm-secret.ts"
import { digestOf } from "../../../shared/release/digest.ts"
import type { VmLook } from "../../../shared/vm/look.ts"

describe("the judge of the secret", () => {
  it.each<[VmLook["secret"], string, string, RegExp]>([
    ["present", "pass", "KEY is set in /srv/env on vm", /^$/],
    ["file missing", "fail", "there is no /srv/env on vm", /vm\.envFile/],
    ["file unreadable", "fail", "/srv/env on vm cannot be read", /disk/],
    ["key missing", "fail", "/srv/env on vm does not set KEY", /Write the secret/],
    ["empty", "fail", "KEY in /srv/env on vm is empty", /Write the secret/],
    ["placeholder", "fail", "KEY in /srv/env on vm is still the placeholder of the example", /Write the secret/],
  ])("says of one that is %s: %s", (seen, outcome, message, remedy) => {
    const finding = judgeSecret({ vm: "vm", file: "/srv/env", key: "KEY" }, seen)
    expect(finding).toMatchObject({ outcome, message })
    expect(finding.code).toBe(outcome === "fail" ? "VM_SECRET_MISSING" : undefined)
    expect(finding.remedy ?? "").toMatch(remedy)
  })
})

describe("the judge of the VM's manifest", () => {
  const text = '{"version": "1.6.1.44", "notes": "“ü”"}\r\n'
  const whole = { digest: digestOf(text), sizeBytes: Buffer.byteLength(text) }
  const other = digestOf("other")

  it.each<[string, VmLook["manifest"], Expected, string, RegExp]>([
    ["the same bytes", whole, { text }, "pass", /byte for byte/],
    ["the same size and other bytes", { ...whole, digest: other }, { text }, "fail", /same size and other bytes/],
    ["another size", { digest: other, sizeBytes: 7 }, { text }, "fail", /it has 7 bytes, the workspace's 46$/],
    ["no bytes", { digest: digestOf(""), sizeBytes: 0 }, { text }, "fail", /it has 0 bytes/],
    ["no file", "missing", { text }, "fail", /there is no \/srv\/manifest.json on vm/],
    ["a file that cannot be read", "unreadable", { text }, "fail", /cannot be read/],
    ["a file, and none in the workspace", whole, { text: undefined }, "skip", /no manifest yet/],
    ["no file, and none in the workspace", "missing", { text: undefined }, "skip", /no manifest yet/],
    ["a file, and a blank one in the workspace", whole, { text: "\n" }, "skip", /no manifest yet/],
    ["a file, and no workspace", whole, { unknown: "GitHub is away" }, "warn", /nothing to compare .* GitHub is away/],
  ])("says of %s what it is", (_what, seen, expected, outcome, message) => {
    const finding = judgeVmManifest({ vm: "vm", file: "/srv/manifest.json" }, seen, expected)
    expect(finding.outcome).toBe(outcome)
    expect(finding.message).toMatch(message)
    const bad = outcome === "fail" || outcome === "warn"
    expect(finding.code).toBe(bad ? "VM_MANIFEST_DIFFERS" : undefined)
    expect(finding.remedy !== undefined).toBe(bad)
  })
})
