import { describe, expect, it } from "vitest"
import { changePoints, mustBeNewer } from "../../../shared/version/change.ts"
import { pathsOf, surveyPoints } from "../../../shared/version/survey.ts"
import { change, filesOf, layoutOf, type Pointed } from "./change.ts"

const DOCS: Pointed = ["**/Docs/X.md", "regex", "`v?([^`]*)`"]
const OPTIONAL: Pointed = ["**/Docs/X.md?", "regex", "`v?([^`]*)`"]
const [old, now] = ["`v1.6.1.43`\n", "`v1.6.1.44`\n"]

describe("changePoints, with patterns", () => {
  it.each<[what: string, point: Pointed, texts: Record<string, string>, expected: unknown]>([
    ["none", DOCS, {}, "no file of the workspace matches **/Docs/X.md"],
    ["none, as it may be", OPTIONAL, {}, {}],
    ["one at the top", DOCS, { "Docs/X.md": old }, { "Docs/X.md": now }],
    ["one that may be absent", OPTIONAL, { "a/b/Docs/X.md": old }, { "a/b/Docs/X.md": now }],
    ["two", DOCS, { "Docs/X.md": old, "server/Docs/X.md": old }, { "Docs/X.md": now, "server/Docs/X.md": now }],
    ["one of other names", DOCS, { "Docs/X.md": old, "MyDocs/X.md": old, "Docs/X.md.bak": old }, { "Docs/X.md": now }],
    ["a wrong one", OPTIONAL, { "Docs/X.md": old, "a/Docs/X.md": "x" }, "a/Docs/X.md has nothing at `v?([^`]*)`"],
  ])("changes the files that match: %s", (_what, point, texts, expected) => {
    expect(change(texts, layoutOf([point]))).toEqual(expected)
  })

  it("changes a file once that two patterns mean", () => {
    const layout = layoutOf([DOCS, ["Docs/*.md", "regex", "`v?([^`]*)`"], ["Docs/X.md", "regex", "`v([\\d.]+)`"]])
    expect(change({ "Docs/X.md": old }, layout)).toEqual({ "Docs/X.md": now })
    expect(pathsOf(layout)).toEqual(["VERSION", "**/Docs/X.md", "Docs/*.md", "Docs/X.md"])
    expect(surveyPoints("1.6.1.43", layout, filesOf({ "Docs/X.md": old })).map(({ path }) => path)).toEqual([
      undefined,
      "`v?([^`]*)`",
      "`v([\\d.]+)`",
    ])
  })
})

describe("changePoints, with the manifest", () => {
  const points: Pointed[] = [
    ["manifest.json", "json", "version"],
    ["manifest.json", "json", "build"],
  ]
  const texts = { "manifest.json": '{"version": "1.6.1.43",\n"build": "1.6.1.43"}' }
  const both = { "manifest.json": '{"version": "1.6.1.44",\n"build": "1.6.1.44"}' }

  it("leaves it to the release, unless it shall change now", () => {
    expect(change(texts, layoutOf(points))).toEqual({})
    expect(change(texts, layoutOf(points, { manifestNow: true }))).toEqual(both)
  })

  it("refuses to start a release that could not end", () => {
    expect(change({ "manifest.json": '{"version": "1.6.1.43"}' }, layoutOf(points))).toBe(
      "manifest.json has nothing at build",
    )
  })

  it("answers nothing where all say it already", () => {
    const layout = layoutOf(points, { manifestNow: true })
    expect(changePoints("1.6.1.43", layout, filesOf(texts))).toEqual(new Map())
  })
})

describe("mustBeNewer", () => {
  it.each<[to: string, from: string, newer: boolean]>([
    ["1.6.1.44", "1.6.1.43", true],
    ["1.6.1.43", "1.6.1.43", true],
    ["1.6.1.9", "1.6.1.43", false],
    ["1.6.10.0", "1.6.9.99", true],
    ["0.99999999999999999999.0.0", "0.99999999999999999998.9.9", true],
  ])("of %s after %s says %s", (to, from, newer) => {
    const check = () => mustBeNewer(to, from, false)
    if (newer) expect(check).not.toThrow()
    else
      expect(check).toThrow(
        expect.objectContaining({ code: "VERSION_NOT_NEWER", message: `${to} is older than VERSION, ${from}` }),
      )
    expect(() => mustBeNewer(to, from, true)).not.toThrow()
  })
})
