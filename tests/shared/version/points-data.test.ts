import { describe, expect, it } from "vitest"
import { find } from "./find.ts"

const FOLDED = "has no plain value at a.version, in line 2: it is folded, escaped or a block"

describe("findPoint", () => {
  it.each<[what: string, text: string, expected: string]>([
    [
      "a comment behind it, and another version later",
      "a:\n  version: 1.2.3.4  # now\nb:\n  version: 7.7.7.7\n",
      "2: 1.2.3.4",
    ],
    ["another version earlier", "b:\n  version: 7.7.7.7\na:\n  version: 1.2.3.4\n", "4: 1.2.3.4"],
    ["double quotes", 'a:\n  version: "1.2.3.4"\n', "2: 1.2.3.4"],
    ["single quotes and three parts, in one line with CRLF", "a: {version: '1.2.3'}\r\n", "1: 1.2.3"],
    ["a number", "a:\n  version: 1.6\n", "2: 1.6"],
    ["an empty text", "a:\n  version: ''\n", "2: "],
    ["a tag", "a:\n  version: !!str 1.2.3.4\n", "2: 1.2.3.4"],
    ["a byte-order mark", "\ufeffa:\n  version: 1.2.3.4\n", "2: 1.2.3.4"],
    ["full-width digits, as they stand", "a:\n  version: １.2.3.4\n", "2: １.2.3.4"],
    ["no value", "a:\n  version:\nb: 1\n", "has nothing at a.version"],
    ["no such key", "a: 1\n", "has nothing at a.version"],
    ["nothing at all", "# 1.2.3.4\n", "has nothing at a.version"],
    ["a doubled key", "a:\n  version: 1\n  version: 2\n", "has version more than once, the second time in line 3"],
    [
      "a key doubled elsewhere, for some readers",
      'b: {1: 1,\n  "1": 2}\n',
      "has 1 more than once, the second time in line 2",
    ],
    ["an alias for a key", "x: &x version\na:\n  version: 1\n  *x : 2\n", "has an alias for a key, in line 4"],
    ["an anchor around it", "a: &x\n  version: 1\nb: *x\n", "has no plain value at a.version"],
    ["keys of every object", "__proto__: {constructor: 1}\na: {version: 1.2}\n", "2: 1.2"],
    [
      "a line that ends for some readers only",
      "# 1\r\na:\n  version: 1 # now\rb: 2\n",
      "has a carriage return without a newline, in line 3",
    ],
    ["levels in one line, of which the process would die", "- ".repeat(100_000), "is nested deeper than 200 levels"],
    ["levels in brackets", `a: ${"[".repeat(20_000)}`, "is nested deeper than 200 levels"],
    ["80,000 keys", `${Array.from({ length: 80_000 }, (_, n) => `k${n}: 1\n`).join("")}a:\n  version: 1\n`, "80002: 1"],
    ["two documents", "a:\n  version: 1\n---\na:\n  version: 2\n", "holds more than one YAML document"],
    ["an alias", "x: &x 1\na:\n  version: *x\n", "has no plain value at a.version"],
    ["an anchor", "a:\n  version: &x 1\nb: *x\n", "has no plain value at a.version"],
    ["a key from a merged map", "x: &x {version: 1}\na:\n  <<: *x\n", "has nothing at a.version"],
    ["a list", "a:\n  version: [1]\n", "has no plain value at a.version"],
    ["a block", "a:\n  version: |\n    1.2.3.4\n", FOLDED],
    ["two lines", "a:\n  version: 1.2\n    .3.4\n", FOLDED],
    ["escapes", 'a:\n  version: "1.2.3\\u002e4"\n', FOLDED],
  ])("reads YAML with %s", (_what, text, expected) => {
    expect(find("yaml", "a.version", text)).toBe(expected)
  })

  it.each<[what: string, path: string, text: string, expected: string]>([
    ["a key of the same name outside", "a.version", '{"version": "7",\r\n"a": {"version": "1.2.3.4"}}', "2: 1.2.3.4"],
    ["no such key", "a.version", '{"a": []}', "has nothing at a.version"],
    [
      "a doubled key",
      "version",
      '{\n"version": "1",\n"version": "2"}',
      "has version more than once, the second time in line 3",
    ],
    [
      "a doubled key on the way, of which readers take the last",
      "a.version",
      '{"a": {"version": "1"},\n"a": {}}',
      "has a more than once, the second time in line 2",
    ],
    ["a number", "version", '{"version": 1}', "has no text at version, in line 1"],
    ["escapes", "version", '{"version": "1.2.3.\\u0034"}', "has escapes at version, in line 1"],
    ["a comment", "version", '{"version": "1"} // now', "is not JSON: InvalidCommentToken in line 1"],
    ["a trailing comma", "version", '{"version": "1",}', "is not JSON: PropertyNameExpected in line 1"],
    ["a byte-order mark", "version", '\ufeff{"version": "1"}', "is not JSON: InvalidSymbol in line 1"],
    ["its end cut off", "version", '{\n"version": "1"', "is not JSON: CloseBraceExpected in line 2"],
  ])("reads JSON with %s", (_what, path, text, expected) => {
    expect(find("json", path, text)).toBe(expected)
  })

  it.each<[what: string, text: string, expected: string]>([
    ["export, a comment, and names around it", "# V=0\nVV=8\n  export V=1.2.3.4 # now\nV_V=9\n", "3: 1.2.3.4"],
    ["single quotes and CRLF", "V='1.2.3.4'\r\n", "1: 1.2.3.4"],
    ["double quotes and a comment", 'V="1.2.3.4"\t# now\n', "1: 1.2.3.4"],
    ["no value", "V=\nW=1\n", "1: "],
    ["a # within the word", "V=1.2.3#4\n", "1: 1.2.3#4"],
    ["no such name", "VV=1\n", "has nothing at V"],
    ["the name twice", 'V="1"\nW=0\nexport V=2\n', "has V more than once, in lines 1, 3"],
    ["more behind the quotes", 'V="1.2.3.4"5\n', "has no plain value at V, in line 1"],
    ["a quote that nobody closes", 'W=1\nV="1.2.3.4\n', "has no plain value at V, in line 2"],
    ["another word behind it", "V=1.2.3.4 run\n", "has no plain value at V, in line 1"],
    ["the name after a line end of Unicode, in a comment", "# \u2028V=9\nV=1.2.3.4 # \u2029\n", "2: 1.2.3.4"],
    ["the name within the quotes of another", 'A="-\nV=8\n\\"\nV=9"\nB=\'\nV=9\'\nV=1.2.3.4\n', "7: 1.2.3.4"],
    ["a quote forgotten above", 'A="\nV=1.2.3.4\nB="b"\n', "has quotes without a clear end, from line 1 on"],
    [
      "quotes in a line of another kind",
      "W=1\necho 'x\nV=9\n'\nV=1.2.3.4\n",
      "has quotes without a clear end, from line 2 on",
    ],
    ["the name within the quotes of an odd one", "a.b='\nV=9\n'\nV=1.2.3.4\n", "4: 1.2.3.4"],
    ["an apostrophe in a comment", "# don't\nW=1 # don't\nV=1.2.3.4 # don't\n", "3: 1.2.3.4"],
    ["a line that ends for some readers only", "# \rV=1\n", "has a carriage return without a newline, in line 1"],
    ["another variable in it", 'V="$W.4"\n', "has no plain value at V, in line 1"],
  ])("reads an env file with %s", (_what, text, expected) => {
    expect(find("env", "V", text)).toBe(expected)
  })
})
