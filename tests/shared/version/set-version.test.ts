import { describe, expect, it } from "vitest"
import { asProblem, Problem } from "../../../shared/problem.ts"
import { type AskedVersion, setVersion, survey } from "../../../shared/version/set-version.ts"
import type { Layout } from "../../../shared/version/survey.ts"
import { workspaceOf } from "./workspace-of.ts"

const LAYOUT: Layout = {
  versionPath: "VERSION",
  manifestPath: "manifest.json",
  points: [{ file: "app.yaml", format: "yaml", path: "app.version", optional: false }],
  manifestNow: false,
}

const START = { VERSION: "1.6.1.43\n", "app.yaml": "app:\n  version: 1.6.1.43 # now\n", "README.md": "1.6.1.43\n" }
const CHANGED = { ...START, VERSION: "1.6.1.44\n", "app.yaml": "app:\n  version: 1.6.1.44 # now\n" }

const ask = (version = "1.6.1.44", more: Partial<AskedVersion> = {}) => ({
  version,
  force: false,
  dryRun: false,
  ...more,
})

const set = (world: { workspace: Parameters<typeof setVersion>[1] }, asked = ask()) =>
  setVersion(asked, world.workspace, LAYOUT, "Ada")

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => asProblem(error).code,
  )

describe("setVersion", () => {
  it("changes everything in one commit, after one reading", async () => {
    const world = workspaceOf(START)
    const { from, version, files, commit } = await set(world)
    expect([from, version, commit]).toEqual(["1.6.1.43", "1.6.1.44", "c2"])
    expect(files.map(({ file, before, after }) => [file, before, after])).toEqual([
      ["VERSION", START.VERSION, CHANGED.VERSION],
      ["app.yaml", START["app.yaml"], CHANGED["app.yaml"]],
    ])
    expect(world.files()).toEqual(CHANGED)
    expect(world.messages()).toEqual(["version: 1.6.1.44\n\nFrom 1.6.1.43, by Ada."])
    expect(world.seen).toEqual({ reads: 1, tries: 1 })
  })

  it("only shows what would change", async () => {
    const world = workspaceOf(START)
    const change = await set(world, ask("1.6.1.44", { dryRun: true }))
    expect(Object.fromEntries(change.files.map(({ file, after }) => [file, after]))).toEqual({
      VERSION: CHANGED.VERSION,
      "app.yaml": CHANGED["app.yaml"],
    })
    expect(change).not.toHaveProperty("commit")
    expect([world.files(), world.seen.tries]).toEqual([START, 0])
  })

  it("commits nothing where all say it already", async () => {
    const world = workspaceOf(CHANGED)
    expect(await set(world)).toEqual({ from: "1.6.1.44", version: "1.6.1.44", files: [] })
    expect(world.seen).toEqual({ reads: 1, tries: 0 })
  })

  it("mends what differs under the same version", async () => {
    const world = workspaceOf({ ...CHANGED, "app.yaml": START["app.yaml"] })
    expect((await set(world)).files.map(({ file }) => file)).toEqual(["app.yaml"])
    expect(world.messages()).toEqual(["version: 1.6.1.44\n\nEvery version point says 1.6.1.44 again, by Ada."])
    expect(world.files()).toEqual(CHANGED)
  })

  it("reads again each time the branch moves, and keeps what is there then", async () => {
    let pushes = 0
    const world = workspaceOf(START, (push) => {
      if (++pushes === 1) push({ "README.md": "other\n" })
      if (pushes === 2) push({ "app.yaml": "# new\r\napp: {version: '1.6.1'}\r\n" })
      if (pushes === 3) push({ VERSION: "1.6.1.40" })
    })
    const { from, commit } = await set(world)
    expect([from, commit]).toEqual(["1.6.1.40", "c5"])
    expect(world.files()).toEqual({
      VERSION: "1.6.1.44",
      "app.yaml": "# new\r\napp: {version: '1.6.1.44'}\r\n",
      "README.md": "other\n",
    })
    expect(world.seen).toEqual({ reads: 4, tries: 4 })
  })

  it("stops where a push in between leaves a point without a place", async () => {
    const world = workspaceOf(START, (push) => push({ "app.yaml": "app: {}\n" }))
    expect(await codeOf(set(world))).toBe("VERSION_POINT_UNMATCHED")
    expect(world.files()).toEqual({ ...START, "app.yaml": "app: {}\n" })
  })

  it("gives up on a branch that never stands still", async () => {
    const world = workspaceOf(START, (push) => push({ "README.md": "other\n" }))
    expect(await codeOf(set(world))).toBe("WORKSPACE_MOVED")
    expect(world.seen).toEqual({ reads: 6, tries: 6 })
    expect(world.files()).toEqual({ ...START, "README.md": "other\n" })
  })

  it("succeeds at the last try", async () => {
    let pushes = 0
    const world = workspaceOf(START, (push) => void (++pushes < 6 && push({ "README.md": `${pushes}\n` })))
    expect((await set(world)).commit).toBe("c7")
    expect(world.files()).toEqual({ ...CHANGED, "README.md": "5\n" })
  })

  it("passes a refusal on at once", async () => {
    const world = workspaceOf(START, () => {
      throw new Problem("WORKSPACE_REFUSED", "the branch is protected")
    })
    expect(await codeOf(set(world))).toBe("WORKSPACE_REFUSED")
    expect([world.files(), world.seen]).toEqual([START, { reads: 1, tries: 1 }])
  })

  it("lets the newer of two win, whoever comes first", async () => {
    for (const asked of [
      ["1.6.1.44", "1.6.1.45"],
      ["1.6.1.45", "1.6.1.44"],
    ]) {
      const world = workspaceOf(START)
      const ends = await Promise.all(asked.map((version) => codeOf(set(world, ask(version)))))
      expect(ends).toEqual(
        asked.map((version, n) => (n === 1 && version === "1.6.1.44" ? "VERSION_NOT_NEWER" : "done")),
      )
      expect(world.files()).toMatchObject({ VERSION: "1.6.1.45\n", "app.yaml": "app:\n  version: 1.6.1.45 # now\n" })
      // Both had read before either had committed.
      expect(world.seen.reads).toBe(3)
    }
  })

  it.each<[version: string, force: boolean, code: string]>([
    ["1.6.1.42", false, "VERSION_NOT_NEWER"],
    ["1.6.1.42", true, "done"],
    ["1.6.1.43", false, "done"],
    ["02.0.0.034", true, "VERSION_INVALID"],
    ["２.0.0.34", true, "VERSION_INVALID"],
    ["2.0.0", true, "VERSION_INVALID"],
    ["v2.0.0.1", true, "VERSION_INVALID"],
    ["2.0.0.1\n", true, "VERSION_INVALID"],
  ])("asked for %j, with force %j, ends with %s", async (version, force, code) => {
    const world = workspaceOf(START)
    expect(await codeOf(set(world, ask(version, { force })))).toBe(code)
    const changed = version === "1.6.1.42" && force
    expect(world.files().VERSION).toBe(changed ? "1.6.1.42\n" : START.VERSION)
  })

  it.each(["1.6.1.43\r\n", "\uFEFF1.6.1.43\n", "main\n", ""])("takes %j for no VERSION", async (VERSION) => {
    const world = workspaceOf({ ...START, VERSION })
    expect(await codeOf(set(world))).toBe("VERSION_UNREADABLE")
    expect(await codeOf(survey(world.workspace, LAYOUT))).toBe("VERSION_UNREADABLE")
  })
})

describe("survey", () => {
  it.each<[yaml: string, state: string, drift: boolean]>([
    ["app:\n  version: 1.6.1.43\n", "agrees", false],
    ["app:\n  version: 1.6.1.42\n", "differs", true],
    ["app: {}\n", "unmatched", true],
  ])("reads once, and of %j says %s", async (yaml, state, drift) => {
    const world = workspaceOf({ ...START, "app.yaml": yaml })
    const found = await survey(world.workspace, LAYOUT)
    expect([found.version, found.points.map((point) => point.state), found.drift]).toEqual([
      "1.6.1.43",
      ["agrees", state],
      drift,
    ])
    expect(world.seen).toEqual({ reads: 1, tries: 0 })
  })
})
