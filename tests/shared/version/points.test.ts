import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { asProblem } from "../../../shared/problem.ts"
import { findPoint, type VersionPoint } from "../../../shared/version/points.ts"

type Format = VersionPoint["format"]

function find(format: Format, path: string, text: string): string {
  try {
    const { value, line, start, end } = findPoint(text, { file: "F", format, path, optional: false })
    expect(text.slice(start, end)).toBe(value)
    return `${line}: ${value}`
  } catch (error) {
    return asProblem(error).code
  }
}

const UNMATCHED = "VERSION_POINT_UNMATCHED"
const XML = `<!-- <pkg-ref id="a" version="0"/> -->\n<i>\n<pkg-ref id="a" version="1.2.3.4"/>\n<pkg-ref id='b' version='5'/></i>`
const PLIST = `<plist><dict>\n<key>Other</key><string>9</string>\n<key>V</key>\n  <string>1.2.3.4</string></dict></plist>`

describe("findPoint", () => {
  it.each<[Format, string, string, string]>([
    ["text", "", "1.2.3.4\n", "1: 1.2.3.4"],
    ["text", "", "1.2.3.4", "1: 1.2.3.4"],
    ["text", "", "\ufeff1.2.3.4\r\n", "1: \ufeff1.2.3.4\r"],
    ["yaml", "a.version", "a:\n  version: 1.2.3.4  # now\nb:\n  version: 7.7.7.7\n", "2: 1.2.3.4"],
    ["yaml", "a.version", 'b:\n  version: 7.7.7.7\na:\n  version: "1.2.3.4"\n', "4: 1.2.3.4"],
    ["yaml", "a.version", "a: {version: '1.2.3'}\r\n", "1: 1.2.3"],
    ["yaml", "a.version", "a:\n  version: 1\n  version: 2\n", UNMATCHED],
    ["yaml", "a.version", "a:\n  version: 1\n---\na:\n  version: 2\n", UNMATCHED],
    ["yaml", "a.version", "x: &x 1\na:\n  version: *x\n", UNMATCHED],
    ["yaml", "a.version", "a:\n  version: [1]\n", UNMATCHED],
    ["yaml", "a.version", "a: 1\n", UNMATCHED],
    ["json", "a.version", '{"a": {"version": "1.2.3.4"}, "version": "7"}', "1: 1.2.3.4"],
    ["json", "version", '{\n"version": "1",\n"version": "2"}', UNMATCHED],
    ["json", "version", '{"version": 1}', UNMATCHED],
    ["json", "version", '{"version": "1",}', UNMATCHED],
    ["env", "V", "# V=0\nexport V=1.2.3.4 # now\nVV=9\n", "2: 1.2.3.4"],
    ["env", "V", "V='1.2.3.4'\r\n", "1: 1.2.3.4"],
    ["env", "V", 'V="1"\nV=2\n', UNMATCHED],
    ["env", "V", "VV=1\n", UNMATCHED],
    ["regex", "'V', '([^']*)'", "x\nos.getenv('V', '1.2.3.4')\n", "2: 1.2.3.4"],
    ["regex", "v(\\d+)", "v1 v2", UNMATCHED],
    ["regex", "v\\d+", "v1", UNMATCHED],
    ["regex", "v(", "v1", UNMATCHED],
    ["plist", "V", PLIST, "4: 1.2.3.4"],
    ["plist", "W", PLIST, UNMATCHED],
    ["xml", "pkg-ref[id=a]@version", XML, "3: 1.2.3.4"],
    ["xml", "pkg-ref@version", XML, UNMATCHED],
    ["xml", "pkg-ref", XML, UNMATCHED],
  ])("finds %s %s in %j", (format, path, text, expected) => {
    expect(find(format, path, text)).toBe(expected)
  })

  const workspace = new URL("../../../../shared/fixtures/predecessor/workspace/", import.meta.url)

  it.skipIf(!existsSync(workspace)).each<[string, Format, string]>([
    ["server/config/unified_config.yaml", "yaml", "update.default_version"],
    ["server/config/unified_config.yaml", "yaml", "server.version"],
    ["server/config/unified_config.py", "regex", "getenv\\('SERVER_VERSION', '([^']*)'\\)"],
    ["server/config.env.example", "env", "SERVER_VERSION"],
    ["server/updates/manifests/manifest.json", "json", "version"],
  ])("reads %s of the predecessor", async (file, format, path) => {
    const text = await readFile(new URL(file, workspace), "utf8")
    expect(find(format, path, text)).toMatch(/^\d+: 1\.6\.1\.43$/)
  })
})
