import { describe, expect, it } from "vitest"
import { surveyPoints } from "../../../shared/version/survey.ts"
import { filesOf, layoutOf, type Pointed } from "./change.ts"
import type { Texts } from "./workspace-of.ts"

const MEND = "Run `slipway version 1.6.1.43`: it makes every version point say so."
const CORRECT = "Correct the version point in the configuration, or the file in the workspace."
const AHEAD = "Clients see what the manifest says. Set VERSION to a version newer than it, and release that."

const MANIFEST: Pointed = ["manifest.json", "json", "version"]
const YAML: Pointed = ["a.yaml", "yaml", "app.v"]

const problem = (code: string, message: string, remedy: string) => ({ problem: { code, message, remedy } })
const differs = (message: string, remedy = MEND) => problem("VERSION_POINT_DIFFERS", message, remedy)
const unmatched = (message: string) => problem("VERSION_POINT_UNMATCHED", message, CORRECT)

describe("surveyPoints", () => {
  it.each<[what: string, point: Pointed, texts: Texts, expected: unknown]>([
    ["the same", YAML, { "a.yaml": "app:\n  v: '1.6.1.43' # x\n" }, { line: 2, value: "1.6.1.43", state: "agrees" }],
    [
      "an older version",
      YAML,
      { "a.yaml": "app:\n  v: 1.6.1.42\n" },
      { line: 2, value: "1.6.1.42", state: "differs", ...differs('a.yaml:2 says "1.6.1.42", expected 1.6.1.43') },
    ],
    [
      "three parts",
      YAML,
      { "a.yaml": "app: {v: '1.6.1'}" },
      { line: 1, value: "1.6.1", state: "differs", ...differs('a.yaml:1 says "1.6.1", expected 1.6.1.43') },
    ],
    [
      "leading zeros, which come to the same number",
      YAML,
      { "a.yaml": "app: {v: 1.6.1.043}" },
      { line: 1, value: "1.6.1.043", state: "differs", ...differs('a.yaml:1 says "1.6.1.043", expected 1.6.1.43') },
    ],
    [
      "full-width digits",
      YAML,
      { "a.yaml": "app: {v: １.6.1.43}" },
      { state: "unmatched", ...unmatched('a.yaml:1 says "１.6.1.43", expected a version like 1.6.1.44') },
    ],
    [
      "a long word",
      YAML,
      { "a.yaml": `app: {v: ${"x".repeat(100)}}` },
      { state: "unmatched", ...unmatched(`a.yaml:1 says "${"x".repeat(80)}…", expected a version like 1.6.1.44`) },
    ],
    ["no value", YAML, { "a.yaml": "app:\n" }, { state: "unmatched", ...unmatched("a.yaml has nothing at app.v") }],
    ["no file", YAML, {}, { state: "unmatched", ...unmatched("a.yaml is not in the workspace") }],
    ["no file, as it may be", ["a.yaml?", "yaml", "app.v"], {}, { file: "a.yaml", state: "absent" }],
    [
      "nothing that matches",
      ["*/a.yaml", "yaml", "app.v"],
      {},
      { file: "*/a.yaml", state: "unmatched", ...unmatched("no file of the workspace matches */a.yaml") },
    ],
    ["nothing that matches, as it may be", ["*/a.yaml?", "yaml", "v"], {}, { file: "*/a.yaml", state: "absent" }],
    [
      "a file that may be absent, and is wrong",
      ["a.env?", "env", "V"],
      { "a.env": "V=1\nV=2\n" },
      { file: "a.env", state: "unmatched", ...unmatched("a.env has V more than once, in lines 1, 2") },
    ],
    [
      "a file that matches",
      ["*/a.txt", "text"],
      { "b/a.txt": "1.6.1.43" },
      { file: "b/a.txt", line: 1, value: "1.6.1.43", state: "agrees" },
    ],
    [
      "a manifest of before",
      MANIFEST,
      { "manifest.json": '{"version":"1.6.1.42"}' },
      { line: 1, value: "1.6.1.42", state: "follows" },
    ],
    [
      "a manifest as old as three parts",
      MANIFEST,
      { "manifest.json": '{"version":"1.6.1"}' },
      { line: 1, value: "1.6.1", state: "follows" },
    ],
    [
      "a manifest of now",
      MANIFEST,
      { "manifest.json": '{"version":"1.6.1.43"}' },
      { line: 1, value: "1.6.1.43", state: "agrees" },
    ],
    [
      "a manifest ahead",
      MANIFEST,
      { "manifest.json": '{"version":"1.6.1.44"}' },
      {
        line: 1,
        value: "1.6.1.44",
        state: "differs",
        ...differs('manifest.json:1 says "1.6.1.44", and VERSION is not there yet: 1.6.1.43', AHEAD),
      },
    ],
  ])("tells of %s", (_what, point, texts, expected) => {
    const [file, format, path] = point
    const [whole, state, ...more] = surveyPoints("1.6.1.43", layoutOf([point]), filesOf(texts))
    expect(whole).toEqual({ file: "VERSION", format: "text", line: 1, value: "1.6.1.43", state: "agrees" })
    expect(state).toEqual({ file, format, ...(path !== undefined && { path }), ...(expected as object) })
    expect(more).toEqual([])
  })

  it("lets a manifest differ that is to change with VERSION", () => {
    const layout = layoutOf([MANIFEST], { manifestNow: true })
    const [, state] = surveyPoints("1.6.1.43", layout, filesOf({ "manifest.json": '{"version":"1.6.1.42"}' }))
    expect(state).toMatchObject({ state: "differs", ...differs('manifest.json:1 says "1.6.1.42", expected 1.6.1.43') })
  })

  it("goes on behind a point that cannot be read", () => {
    const layout = layoutOf([["gone", "text"], YAML])
    const states = surveyPoints("1.6.1.43", layout, filesOf({ "a.yaml": "app: {v: 1.6.1.43}" })).map(
      ({ state }) => state,
    )
    expect(states).toEqual(["agrees", "unmatched", "agrees"])
  })
})
