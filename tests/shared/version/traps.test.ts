import { describe, expect, it } from "vitest"
import { asProblem } from "../../../shared/problem.ts"
import { changePoints } from "../../../shared/version/change.ts"
import { surveyPoints } from "../../../shared/version/survey.ts"
import { change, filesOf, layoutOf, type Pointed } from "./change.ts"
import { type Format, plist } from "./find.ts"

const one = (format: Format, path: string, text: string) => change({ F: text }, layoutOf([["F", format, path]]))

const MARKER = "^\\*\\*Текущий релиз документации:\\*\\* `v?([^`]*)`"
const LIKE = "expected a version like 1.6.1.44"

const PATHS: readonly Pointed[] = [["F", "regex", "v (1\\.6\\.1\\.43)"]]

describe("changePoints, where the predecessor failed", () => {
  // The version stands in place of @; every other character must stay.
  it.each<[what: string, format: Format, path: string, text: string, old: string]>([
    ["a comment behind it", "yaml", "app.version", "app:\n  version: @  # now 1.6.1.43\n", "1.6.1.43"],
    [
      "a later, unrelated version",
      "yaml",
      "app.version",
      "app:\n  version: @ # x\nb:\n  version: 7.7.7.7\n",
      "1.6.1.43",
    ],
    ["an earlier version", "yaml", "server.version", "db:\n  version: 7.7.7.7\nserver:\n  version: @\n", "1.6.1.43"],
    ["double quotes", "yaml", "version", 'version: "@"\n', "1.6.1.43"],
    ["single quotes", "yaml", "version", "version: '@' # x\n", "1.6.1.43"],
    ["three parts", "yaml", "version", "version: @\n", "1.6.1"],
    ["three parts, quoted", "env", "V", "export V='@' # x\n", "1.6.1"],
    ["a number", "yaml", "version", "version: @\n", "1.6"],
    ["leading zeros", "json", "version", '{"version": "@"}', "02.0.0.034"],
    ["CRLF", "yaml", "version", "# x\r\nversion: @\r\nb: 1\r\n", "1.6.1.43"],
    ["CRLF", "env", "V", "A=1\r\nV=@\r\nB=2\r\n", "1.6.1.43"],
    ["mixed line ends", "json", "version", '{\r\n\t"version": "@",\n"b": 1}\r\n', "1.6.1.43"],
    ["a byte-order mark", "yaml", "version", "\uFEFFversion: @\n", "1.6.1.43"],
    ["no final newline", "yaml", "version", "a: 1\nversion: @", "1.6.1.43"],
    ["no final newline", "text", "", "@", "1.6.1"],
    [
      "anchors elsewhere",
      "yaml",
      "a.version",
      "b: &b {version: 7.7.7.7}\na:\n  <<: *b\n  version: @\nc: *b\n",
      "1.6.1.43",
    ],
    ["an end of the document", "yaml", "version", "---\nversion: @\n...\n# version: 7.7.7.7\n", "1.6.1.43"],
    ["what replace takes for a pattern", "regex", "v=(\\S*)", "$& $1 \\\\ $` v=@ $' $$ \\1\n", "1.6.1.43"],
    ["what replace takes for a pattern", "yaml", "$&.$1", "'$&': {$1: @, b: $&} # \\\\ $`\n", "1.6.1.43"],
    ["no v before it", "regex", MARKER, "x\r\n**Текущий релиз документации:** `@`  \r\n", "1.6.1.43"],
    ["a v before it", "regex", MARKER, "**Текущий релиз документации:** `v@`", "1.6.1"],
    ["a downgrade's value", "plist", "V", plist("<key>V</key>", "\t<string>@</string>\r"), "9.9.9.9"],
    [
      "more versions in its element",
      "xml",
      "p[id=a]@v",
      "<x>🍏<p id='a' x='1.6.1.43'\n v='@'/>1.6.1.43</x>",
      "1.6.1.43",
    ],
  ])("with %s, changes in %s at %s nothing but the version", (_what, format, path, text, old) => {
    expect(
      one(
        format,
        path,
        text.replace("@", () => old),
      ),
    ).toEqual({ F: text.replace("@", () => "1.6.1.44") })
  })

  it.each<[what: string, format: Format, path: string, text: string, expected: string]>([
    ["a byte-order mark", "text", "", "\uFEFF1.6.1.43\n", "F is not one line with a version, and at most one newline"],
    ["a byte-order mark", "json", "v", '\uFEFF{"v": "1.6.1.43"}', "F is not JSON: InvalidSymbol in line 1"],
    ["two documents", "yaml", "v", "v: 1.6.1.43\n---\nv: 1.6.1.43\n", "F holds more than one YAML document"],
    ["a doubled key", "yaml", "v", "v: 1.6.1.43\nv: 1.6.1.43\n", "F has v more than once, the second time in line 2"],
    ["a doubled key", "json", "v", '{"v": "1",\n"v": "2"}', "F has v more than once, the second time in line 2"],
    ["an anchor", "yaml", "v", "v: &v 1.6.1.43\nw: *v\n", "F has no plain value at v"],
    ["an alias", "yaml", "w", "v: &v 1.6.1.43\nw: *v\n", "F has no plain value at w"],
    ["a merged key", "yaml", "a.v", "b: &b {v: 1.6.1.43}\na: {<<: *b}\n", "F has nothing at a.v"],
    ["an anchor around it", "yaml", "b.v", "b: &b {v: 1.6.1.43}\na: {<<: *b}\n", "F has no plain value at b.v"],
    ["full-width digits", "yaml", "v", "a: 1\nv: １.6.1.43\n", `F:2 says "１.6.1.43", ${LIKE}`],
    ["another word", "env", "V", "V=latest\n", `F:1 says "latest", ${LIKE}`],
    ["no value", "env", "V", "V=\n", `F:1 says "", ${LIKE}`],
    ["nothing", "env", "V", "W=1\n", "F has nothing at V"],
    ["two", "env", "V", "V=1\n\nV=1\n", "F has V more than once, in lines 1, 3"],
    [
      "10 MB",
      "yaml",
      "v",
      `v: 1.6.1.43 # ${"x".repeat(10_000_000)}`,
      "F is larger than 1 MB, which is no file with a version point",
    ],
  ])("refuses %s in %s at %s", (_what, format, path, text, expected) => {
    expect(one(format, path, text)).toBe(expected)
  })

  it("answers nothing where one file of many is wrong, and tells all that is wrong at once", () => {
    const layout = layoutOf([
      ["good.yaml", "yaml", "v"],
      ["gone.yaml", "yaml", "v"],
      ["two.env", "env", "V"],
      ["bad.json", "json", "v"],
      ["Docs/**/*.md", "regex", "v(\\S+)"],
    ])
    const texts = { "good.yaml": "v: 1.6.1.43\n", "two.env": "V=1\nV=2\n", "bad.json": '{"v": "main"}' }
    expect(change(texts, layout)).toBe(
      "4 version points cannot be changed: gone.yaml is not in the workspace; two.env has V more than once, in lines 1, 2; " +
        `bad.json:1 says "main", ${LIKE}; no file of the workspace matches Docs/**/*.md`,
    )
  })

  it("tells ten faults, and how many more there are", () => {
    const layout = layoutOf(Array.from({ length: 12 }, (_, n) => [`f${n}`, "text"] as const))
    expect(change({}, layout)).toMatch(
      /^12 version points cannot be changed: f0 is not .*; f9 is not in the workspace; and 2 more$/,
    )
  })

  it.each<[what: string, text: string, paths: string[], expected: string]>([
    ["two points at one place", "v 1.6.1.43 w", ["v (\\S+)", "(\\S+) w"], "v 1.6.1.44 w"],
    ["two points in one line", "v 1.6.1.43 w 1.6\n", ["v (\\S+)", "w (\\S+)"], "v 1.6.1.44 w 1.6.1.44\n"],
  ])("changes %s", (_what, text, paths, expected) => {
    expect(change({ F: text }, layoutOf(paths.map((path) => ["F", "regex", path])))).toEqual({ F: expected })
  })

  it.each<[what: string, text: string, paths: string[]]>([
    ["overlap", "v 1.6.1.43", ["v (\\S+)", "v \\d+\\.(\\S+)"]],
    ["begin alike", "v 1.6.1.43", ["v (\\S+)", "v (\\d+\\.\\d+)"]],
    ["lie within each other", "v 1.6.1.43", ["v \\d\\.(\\d+)\\.", "v (\\S+)"]],
    ["know the old version only", "v 1.6.1.43", ["v (1\\.6\\.1\\.43)"]],
    ["know each other's old value", "v 1.6.1.43 w 1.6.1.43", ["v (\\S+)", "(?<=v 1.6.1.43) w (\\S+)"]],
  ])("refuses points that %s", (_what, text, paths) => {
    const layout = layoutOf(paths.map((path) => ["F", "regex", path]))
    expect(change({ F: text }, layout)).toMatch(/^F would not say 1\.6\.1\.44 at .* any more after the change$/)
  })

  it("says what to do about a path that allows for the old version only", () => {
    const layout = layoutOf(PATHS)
    const attempt = () => changePoints("1.6.1.44", layout, filesOf({ F: "v 1.6.1.43" }))
    const remedy = "Let the path in the configuration allow for every version, not only for the old one."
    expect(attempt).toThrow("F would not say 1.6.1.44 at v (1\\.6\\.1\\.43) any more after the change")
    expect(remedyOf(attempt)).toBe(remedy)
    const both = layoutOf([...PATHS, ["gone", "text"]])
    expect(remedyOf(() => changePoints("1.6.1.44", both, filesOf({ F: "v 1.6.1.43" })))).toBe(
      `Correct the version point in the configuration, or the file in the workspace. ${remedy}`,
    )
  })

  it("lets --check see a value that was skipped silently", () => {
    const layout = layoutOf([["F", "yaml", "v"]])
    for (const value of ["'1.6.1'", "02.0.0.034", "1.6.1.42"]) {
      expect(surveyPoints("1.6.1.43", layout, filesOf({ F: `v: ${value} # x\n` })).map(({ state }) => state)).toEqual([
        "agrees",
        "differs",
      ])
    }
  })
})

function remedyOf(work: () => unknown): string {
  try {
    work()
    return "none"
  } catch (error) {
    return asProblem(error).remedy
  }
}
