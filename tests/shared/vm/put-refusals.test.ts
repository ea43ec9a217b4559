import { readdir, readFile, symlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { hexOf, leftBy, NEW, OLD, usePutFolder } from "./put-folder.ts"
import { noLinux } from "./shell-machine.ts"

describe.skipIf(noLinux)("a manifest that cannot be put", () => {
  const world = usePutFolder()
  const { put, place, everywhere } = world

  it.each<[word: string, what: string, spoil: (manifest: string) => Promise<string>]>([
    ["not absolute", "a name alone", async () => "manifest.json"],
    ["not absolute", "nothing", async () => ""],
    ["no folder", "a folder that is not there", async (manifest) => join(dirname(manifest), "none", "manifest.json")],
    ["no folder", "a file for a folder", async (manifest) => join(manifest, "manifest.json")],
    ["not a file", "a folder", async (manifest) => dirname(manifest)],
    ["not a file", "a folder with a slash behind it", async (manifest) => `${dirname(manifest)}/`],
    ["not a file", "the root", async () => "/"],
    ["not a file", "a device", async () => "/dev/null"],
    ["dangling link", "a link into a folder that is not there", (manifest) => linked(manifest, "none/manifest.json")],
    ["dangling link", "a link to a file that is not there", (manifest) => linked(manifest, "none.json")],
    ["dangling link", "a link to itself", (manifest) => linked(manifest, "link")],
    ["not a file", "a link to a folder", (manifest) => linked(manifest, ".")],
  ])("says %s of %s, and changes nothing", (word, _what, spoil) =>
    everywhere(async (shell, manifest) => {
      const place = await spoil(manifest)
      const before = await readdir(dirname(manifest))
      expect((await put(shell, place, NEW)).answer).toEqual({ outcome: word })
      expect(await readdir(dirname(manifest))).toEqual(before)
      expect(await readFile(manifest, "utf8")).toBe(OLD)
    }),
  )

  async function linked(manifest: string, target: string): Promise<string> {
    const link = join(dirname(manifest), "link")
    await symlink(target, link)
    return link
  }

  it("goes through no link that somebody else has laid for its folder", () =>
    everywhere(async (shell, manifest) => {
      const elsewhere = dirname(await place())
      await symlink(elsewhere, join(dirname(manifest), ".slipway"))
      expect((await put(shell, manifest, NEW)).answer).toEqual({ outcome: "foreign link" })
      expect([await readFile(manifest, "utf8"), await readdir(elsewhere)]).toEqual([OLD, []])
    }))

  it("ends where a tool is missing, and says which", async () => {
    const manifest = await place()
    const run = await put(`/usr/bin/env PATH=${world.folder} /bin/sh`, manifest, NEW)
    expect(run).toEqual({ answer: undefined, stderr: "base64: not found\n" })
  })

  it("changes nothing when what arrives is not what was sent", () =>
    everywhere(async (shell, manifest) => {
      const { answer } = await put(shell, manifest, NEW, { sha256: hexOf("another") })
      expect(answer).toEqual({ outcome: "not as sent" })
      expect(await readFile(manifest, "utf8")).toBe(OLD)
      expect(await leftBy(manifest)).toEqual([])
    }))
})
