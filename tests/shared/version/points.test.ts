import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { findPoint } from "../../../shared/version/points.ts"
import { at, type Format, find, plist } from "./find.ts"

const NO_VERSION_FILE = "is not one line with a version, and at most one newline"

describe("findPoint", () => {
  it.each<[what: string, text: string, expected: string]>([
    ["one line", "1.2.3.4\n", "1: 1.2.3.4"],
    ["no newline", "1.2.3.4", "1: 1.2.3.4"],
    ["three parts, as a value that differs", "1.2.3\n", "1: 1.2.3"],
    ["leading zeros, as a value that differs", "02.0.0.034\n", "1: 02.0.0.034"],
    ["a byte-order mark", "\ufeff1.2.3.4\n", NO_VERSION_FILE],
    ["CRLF", "1.2.3.4\r\n", NO_VERSION_FILE],
    ["two newlines", "1.2.3.4\n\n", NO_VERSION_FILE],
    ["a whole document", "# Guide\n\n1.2.3.4\n", NO_VERSION_FILE],
    ["nothing", "", NO_VERSION_FILE],
  ])("reads a text file with %s", (_what, text, expected) => {
    expect(find("text", "", text)).toBe(expected)
  })

  it.each<Format>(["text", "yaml", "json", "env", "regex", "plist", "xml"])(
    "takes no text of 10 MB for %s",
    (format) => {
      const text = "v: 1.2.3.4\n".repeat(1_000_000)
      expect(find(format, "v", text)).toBe("is larger than 1 MB, which is no file with a version point")
    },
  )

  it.each<Format>(["yaml", "json", "env", "regex", "plist", "xml"])("wants a path for %s", (format) => {
    expect(find(format, "", "")).toBe("is configured without a path")
  })

  it.each<[Format, string, string]>([
    ["text", "", "@\n"],
    ["yaml", "a.v", "# one\r\na:\r\n  v: '@'   # two\r\nb: {v: 7.7.7.7}\r\n"],
    ["json", "a.v", '{"v":"7",\r\n\t"a" : {"w":"ä🍏", "v" :"@" } }'],
    ["env", "V", "W=7\r\n  export V='@'  # ä🍏\r\nX=8"],
    ["regex", 'v = "([^"]*)"', 'ä🍏\r\nv = "@"  # v = 7\r\n'],
    ["plist", "V", plist("<!-- ä🍏 -->", "<key>W</key><string>7</string>\r", "<key>V</key>\t<string>@</string>")],
    ["xml", "a[b=c]@v", "<x>ä🍏<a b='d' v='7'/>\r\n<a v = '@' b='c'>8</a></x>"],
  ])("says of %s what to replace, so that every other character stays", (format, path, text) => {
    const before = text.replace("@", "1.2.3.4")
    const { start, end } = findPoint(before, at(format, path))
    expect(`${before.slice(0, start)}10.20.30.40${before.slice(end)}`).toBe(text.replace("@", "10.20.30.40"))
  })
})

const PREDECESSOR = new URL("../../../../shared/fixtures/predecessor/workspace/", import.meta.url)

describe.skipIf(!existsSync(PREDECESSOR))("findPoint, in the predecessor's own files", () => {
  const marker = "^\\*\\*Текущий релиз документации:\\*\\* `v?([^`]*)`"

  it.each<[string, Format, string | undefined]>([
    ["VERSION", "text", undefined],
    ["server/config/unified_config.yaml", "yaml", "update.default_version"],
    ["server/config/unified_config.yaml", "yaml", "update.default_build"],
    ["server/config/unified_config.yaml", "yaml", "server.version"],
    ["server/config/unified_config.yaml", "yaml", "server.build"],
    ["server/config/unified_config.py", "regex", "getenv\\('SERVER_VERSION', '([^']*)'\\)"],
    ["server/config.env.example", "env", "SERVER_VERSION"],
    ["server/config.env.example", "env", "SERVER_BUILD"],
    ["Docs/SERVER_DEPLOYMENT_GUIDE.md", "regex", marker],
    ["Docs/RELEASE_AND_UPDATE_GUIDE.md", "regex", marker],
    ["server/updates/manifests/manifest.json", "json", "version"],
    ["server/updates/manifests/manifest.json", "json", "build"],
    ["client/config/unified_config.yaml", "yaml", "app.version"],
  ])("reads %s as %s at %s", async (file, format, path) => {
    const text = await readFile(new URL(file, PREDECESSOR), "utf8")
    expect(find(format, path ?? "", text)).toMatch(/^\d+: 1\.6\.1\.43$/)
  })
})
