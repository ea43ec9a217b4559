import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Workspace } from "../../shared/ports/workspace.ts"

/** What a workspace may hold: a text, or something special. */
export type Held = string | { executable: string } | { link: string } | { bytes: Uint8Array }

/** A workspace whose branch holds the files asked for. */
export interface WorkspaceWorld {
  workspace: Workspace
  /** What ids of this adapter look like. */
  head: RegExp
  /** What really lies at a path now; undefined when nothing does. */
  look(path: string): Promise<{ bytes: Buffer; executable: boolean } | undefined>
  close(): Promise<unknown>
}

const manifest = "server/updates/manifests/manifest.json"
const before = { VERSION: "1.6.1.43\n", [manifest]: '{ "version": "1.6.1.43" }\n' }
const odd = {
  "odd/mark.txt": "\uFEFFmark\n",
  "odd/crlf.txt": "one\r\ntwo\r\n",
  "odd/open-ended.txt": "no newline",
  "odd/deep/er/unicode.txt": "Привет, 世界 🚢 \uFFFD e\u0301 é",
  "odd/empty.txt": "",
  "odd/[1] (a+b) {c,d}!.txt": "brackets\n",
}
const unreadable: [string, Held][] = [
  ["wrong/link.txt", { link: "../VERSION" }],
  ["wrong/dangling.txt", { link: "nowhere" }],
  ["wrong/folder-link", { link: "../server" }],
  ["wrong/binary.bin", { bytes: Buffer.from([1, 0, 2]) }],
  ["wrong/latin.txt", { bytes: Buffer.from("Caf\xe9\n", "latin1") }],
  ["wrong/large.txt", { bytes: Buffer.alloc(11_000_000, "x") }],
]

/** What every adapter of `Workspace` does that may hold more than texts. */
export function workspaceContract(name: string, open: (files: Record<string, Held>) => Promise<WorkspaceWorld>) {
  textsContract(name, open)
  describe(`workspace: ${name}, with files that are no texts`, () => {
    let world: WorkspaceWorld
    let workspace: Workspace

    beforeAll(async () => {
      const run = { executable: "#!/bin/sh\n# 1.6.1.43\n" }
      world = await open({ ...before, ...Object.fromEntries(unreadable), "bin/run": run })
      workspace = world.workspace
    })
    afterAll(() => world.close())

    it.each([...unreadable.map(([path]) => path), "wrong", "server/updates"])("refuses to read %s", async (path) => {
      const fault = { code: "FILE_UNREADABLE", message: expect.stringContaining(path) }
      await expect(workspace.read(["VERSION", path])).rejects.toMatchObject(fault)
    })

    it.each([["wrong/l*.txt"], ["wrong/folder*"], ["**"]])("refuses what it cannot read among %s", async (pattern) => {
      await expect(workspace.read([pattern])).rejects.toMatchObject({ code: "FILE_UNREADABLE" })
    })

    it("keeps the mode of a file", async () => {
      const { head } = await workspace.read(["bin/run"])
      await workspace.commit({ head, message: "mode", files: new Map([["bin/run", "#!/bin/sh\n# 1.6.1.44\n"]]) })
      expect(await world.look("bin/run")).toMatchObject({ executable: true })
      expect(await world.look("VERSION")).toMatchObject({ executable: false })
    })
  })
}

/** What every workspace does with texts. */
export function textsContract(name: string, open: (files: Record<string, string>) => Promise<WorkspaceWorld>) {
  describe(`workspace: ${name}`, () => {
    let world: WorkspaceWorld
    let workspace: Workspace

    beforeAll(async () => {
      world = await open({ ...before, ...odd })
      workspace = world.workspace
    })
    afterAll(() => world.close())

    it("reads the head and the files that exist", async () => {
      const { head, files } = await workspace.read(["VERSION", "no/such/file", "VERSION/below", manifest])
      expect(head).toMatch(world.head)
      expect(Object.fromEntries(files)).toEqual(before)
    })

    it("reads nothing but a head", async () => {
      const { head, files } = await workspace.read([])
      expect(head).toMatch(world.head)
      expect(files).toEqual(new Map())
      expect(await workspace.read([])).toEqual({ head, files })
    })

    it("reads texts byte for byte", async () => {
      const { files } = await workspace.read(Object.keys(odd))
      expect(Object.fromEntries(files)).toEqual(odd)
    })

    it.each<[string, string[]]>([
      [
        "odd/*.txt",
        ["odd/[1] (a+b) {c,d}!.txt", "odd/crlf.txt", "odd/empty.txt", "odd/mark.txt", "odd/open-ended.txt"],
      ],
      ["odd/**/*.txt", Object.keys(odd)],
      ["odd/[1]*", ["odd/[1] (a+b) {c,d}!.txt"]],
      ["**/VERSION", ["VERSION"]],
      ["*", ["VERSION"]],
      ["s*/**/m*.json", [manifest]],
      ["nothing/like/**", []],
    ])("reads all files that match %s", async (pattern, paths) => {
      const { files } = await workspace.read([pattern])
      expect([...files.keys()].sort()).toEqual([...paths].sort())
      expect(await workspace.read([pattern, "VERSION", "no/such/file"])).toMatchObject({
        files: new Map([...files, ["VERSION", before.VERSION]]),
      })
    })

    it("commits all files at once and answers the new head", async () => {
      const files = new Map([
        ["VERSION", "1.6.1.44\n"],
        [manifest, '{ "version": "1.6.1.44" }\n'],
        ["new/folder/file.txt", "new"],
      ])
      const { head } = await workspace.read([...files.keys()])
      const commit = await workspace.commit({ head, message: "release: v1.6.1.44", files })
      expect(commit).not.toBe(head)
      expect(await workspace.read([...files.keys()])).toEqual({ head: commit, files })
    })

    it("commits on top of a head that was read by a pattern, and on top of its own", async () => {
      const { head } = await workspace.read(["odd/*.txt", "VERSION"])
      const first = await workspace.commit({ head, message: "one", files: new Map([["odd/crlf.txt", "1\r\n"]]) })
      await workspace.commit({ head: first, message: "two", files: new Map([["odd/crlf.txt", "2\r\n"]]) })
      expect((await world.look("odd/crlf.txt"))?.bytes.toString()).toBe("2\r\n")
    })

    it("commits texts byte for byte", async () => {
      const files = new Map(Object.entries(odd).map(([path, text]) => [path, `${text} `]))
      const { head } = await workspace.read([...files.keys()])
      await workspace.commit({ head, message: "texts\n\nof every kind", files })
      expect((await workspace.read([...files.keys()])).files).toEqual(files)
      for (const [path, text] of files) expect((await world.look(path))?.bytes).toEqual(Buffer.from(text))
    })

    it("refuses to commit on top of a head that is gone, and changes nothing", async () => {
      const { head: old } = await workspace.read(["race.txt", "VERSION"])
      const head = await workspace.commit({ head: old, message: "first", files: new Map([["race.txt", "first"]]) })
      const files = new Map([
        ["race.txt", "second"],
        ["VERSION", "9.9.9.9\n"],
        ["other.txt", "second"],
      ])
      const late = workspace.commit({ head: old, message: "second", files })
      await expect(late).rejects.toMatchObject({ code: "WORKSPACE_MOVED" })
      expect(await workspace.read(["race.txt"])).toEqual({ head, files: new Map([["race.txt", "first"]]) })
      expect((await world.look("VERSION"))?.bytes.toString()).not.toContain("9.9.9.9")
      expect(await world.look("other.txt")).toBeUndefined()
    })

    it("refuses a head it never gave", async () => {
      const { head } = await workspace.read(["VERSION"])
      const files = new Map([["VERSION", "9.9.9.9\n"]])
      const commit = workspace.commit({ head: head.replaceAll(/./g, "0"), message: "?", files })
      await expect(commit).rejects.toMatchObject({ code: "WORKSPACE_MOVED" })
    })

    it("lets one of two commits at once win", async () => {
      const { head } = await workspace.read(["two.txt"])
      const commits = ["left", "right"].map((text) =>
        workspace.commit({ head, message: text, files: new Map([["two.txt", text]]) }),
      )
      const outcomes = await Promise.allSettled(commits)
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
      const lost = outcomes.find(({ status }) => status === "rejected")
      expect(lost).toMatchObject({ reason: { code: "WORKSPACE_MOVED" } })
    })
  })
}
