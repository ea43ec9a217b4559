import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Workspace } from "../../shared/ports/workspace.ts"

/** A workspace whose branch holds the files asked for. */
export interface WorkspaceWorld {
  workspace: Workspace
  close(): Promise<unknown>
}

const before = { VERSION: "1.6.1.43\n", "server/updates/manifests/manifest.json": '{ "version": "1.6.1.43" }\n' }
const manifest = "server/updates/manifests/manifest.json"

/** What every adapter of `Workspace` does. */
export function workspaceContract(name: string, open: (files: Record<string, string>) => Promise<WorkspaceWorld>) {
  describe(`workspace: ${name}`, () => {
    let world: WorkspaceWorld
    let workspace: Workspace

    beforeAll(async () => {
      world = await open(before)
      workspace = world.workspace
    })
    afterAll(() => world.close())

    it("reads the head and the files that exist", async () => {
      const { head, files } = await workspace.read(["VERSION", "no/such/file", manifest])
      expect(head).toMatch(/^[0-9a-f]{40}$/)
      expect(Object.fromEntries(files)).toEqual(before)
    })

    it("reads the head alone", async () => {
      const { head } = await workspace.read(["VERSION"])
      expect(await workspace.read([])).toEqual({ head, files: new Map() })
    })

    it("commits all files at once and answers the new head", async () => {
      const { head } = await workspace.read([])
      const files = new Map([
        ["VERSION", "1.6.1.44\n"],
        [manifest, '{ "version": "1.6.1.44" }\n'],
        ["new/folder/file.txt", "new"],
      ])
      const commit = await workspace.commit({ head, message: "release: v1.6.1.44", files })
      expect(commit).not.toBe(head)
      expect(await workspace.read([...files.keys()])).toEqual({ head: commit, files })
    })

    it("keeps every character of a text", async () => {
      const { head } = await workspace.read([])
      const files = new Map([
        ["crlf.txt", "one\r\ntwo\r\n"],
        ["unicode.txt", "Привет, 世界 🚢"],
        ["open-ended.txt", "no newline"],
        ["empty.txt", ""],
      ])
      await workspace.commit({ head, message: "texts\n\nof every kind", files })
      expect((await workspace.read([...files.keys()])).files).toEqual(files)
    })

    it("refuses to commit on top of a head that is gone, and changes nothing", async () => {
      const { head: old } = await workspace.read([])
      const head = await workspace.commit({ head: old, message: "first", files: new Map([["race.txt", "first"]]) })
      const late = workspace.commit({ head: old, message: "second", files: new Map([["race.txt", "second"]]) })
      await expect(late).rejects.toMatchObject({ code: "WORKSPACE_MOVED" })
      expect(await workspace.read(["race.txt"])).toEqual({ head, files: new Map([["race.txt", "first"]]) })
    })

    it("lets one of two commits at once win", async () => {
      const { head } = await workspace.read([])
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
