import { describe, expect, it } from "vitest"
import { find, plist } from "./find.ts"

const PKG = `<?xml version="1.0"?>
<!-- <pkg-ref id="a" version="0"/> -->
<installer>
  <pkg-ref id="a"/>
  <pkg-ref
      id="a" version="1.2.3.4" onConclusion="none">App.pkg</pkg-ref>
  <pkg-ref id='b' version='5'>Other.pkg</pkg-ref>
  <title>1.2.3.4</title><x><![CDATA[<pkg-ref id="a" version="0"/>]]></x>
</installer>
`

describe("findPoint", () => {
  it.each<[what: string, path: string, text: string, expected: string]>([
    ["one match", "'V', '([^']*)'", "x\nos.getenv('V', '1.2.3.4')\n", "2: 1.2.3.4"],
    ["^ and $ for a line", "^v = (.*)$", "x\nv = 1.2.3.4\nw = 2\n", "2: 1.2.3.4"],
    [
      "a part that may be absent",
      "\\*\\*Текущий релиз:\\*\\* `v?([^`]*)`",
      "**Текущий релиз:** `1.2.3.4`\n",
      "1: 1.2.3.4",
    ],
    ["no match", "v(\\d+)", "w1", "has nothing at v(\\d+)"],
    ["two matches", "v(\\d+)", "v1\nv2", "has v(\\d+) more than once, in lines 1, 2"],
    ["matches everywhere", "(x*)", "\n".repeat(900_000), "has (x*) more than once, in lines 1, 2, 3, 4, 5"],
    ["a match without the group", "v(?:\\d|(x))", "v1 vx", "has a match of v(?:\\d|(x)) without its group"],
    ["no group", "v\\d+", "v1", "needs a pattern with exactly one group, not v\\d+"],
    ["two groups", "(v)(1)", "v1", "needs a pattern with exactly one group, not (v)(1)"],
    ["no pattern", "v(", "v1", "Invalid regular expression: /v(|/u: Unterminated group"],
    ["too long a pattern", `(${"x".repeat(500)})`, "x", "is too long for a pattern"],
  ])("takes a pattern with %s", (_what, path, text, expected) => {
    expect(find("regex", path, text)).toBe(expected)
  })

  const inner = "<key>A</key><dict><key>V</key><string>9</string></dict>"

  it.each<[what: string, text: string, expected: string]>([
    [
      "other keys around it",
      plist("<key>A</key><string>9</string>", "<key>V</key>", " <string>1.2</string>"),
      "7: 1.2",
    ],
    [
      "the key in a comment",
      plist("<!-- <key>V</key><string>0</string>", "-->", "<key>V</key><string>1</string>"),
      "7: 1",
    ],
    ["the key in a dictionary within", plist(inner, "<key>V</key><string>1</string>"), "6: 1"],
    ["the key in a dictionary within only", plist(inner), "has nothing at V"],
    [
      "the key as a value",
      plist("<key>A</key><string>V</string>", "<key>B</key><string>9</string>"),
      "has nothing at V",
    ],
    [
      "the key twice",
      plist(..."12".split("").map((v) => `<key>V</key><string>${v}</string>`)),
      "has V more than once, in lines 5, 6",
    ],
    ["a number", plist("<key>V</key><integer>1</integer>"), "has no plain <string> at V"],
    ["an empty element", plist("<key>V</key><string/>"), "has no plain <string> at V"],
    [
      "no value before the next key",
      plist("<key>V</key>", "<key>A</key><string>9</string>"),
      "has no plain <string> at V",
    ],
    [
      "a comment within a key, which a reader leaves out",
      plist("<key>V<!-- --></key><string>0</string>", "<key>V</key><string>1</string>"),
      "has a <key> that is more than text",
    ],
    [
      "its end cut off",
      plist("<key>V</key><string>1</string>").slice(0, -10),
      "is not XML: line 3: Unclosed tag 'plist'",
    ],
  ])("reads a plist with %s", (_what, text, expected) => {
    expect(find("plist", "V", text)).toBe(expected)
  })

  it.each<[path: string, text: string, expected: string]>([
    ["pkg-ref[id=a]@version", PKG, "6: 1.2.3.4"],
    ["pkg-ref[id=b]@version", PKG, "7: 5"],
    ["pkg-ref[id=b]", PKG, "7: Other.pkg"],
    ["title", PKG, "8: 1.2.3.4"],
    ["pkg-ref@version", PKG, "has pkg-ref@version more than once, in lines 6, 7"],
    ["pkg-ref[id=c]@version", PKG, "has nothing at pkg-ref[id=c]@version"],
    ["installer", PKG, "has nothing at installer"],
    ["x", PKG, "has nothing at x"],
    ["пункт[ключ=1]@версия", "<x><пункт ключ='1' версия='1.2'/></x>", "1: 1.2"],
    [
      "a@v",
      "<!DOCTYPE x [<!ENTITY e \"<a v='9'/>\">]>\n<x>&e;</x>",
      "has a DOCTYPE with declarations of its own, which could mean anything",
    ],
    ["a@v", "<x><a\uFEFF v='1'/></x>", "has nothing at a@v"],
    ["pkg-ref[id]", PKG, "needs a path like element[attribute=value]@attribute, not pkg-ref[id]"],
    ["pkg-ref[id=a]@version", PKG.replace("</installer>", ""), "is not XML: line 3: Unclosed tag 'installer'"],
  ])("finds %s in XML", (path, text, expected) => {
    expect(find("xml", path, text)).toBe(expected)
  })
})
