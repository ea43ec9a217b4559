import { createHash } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Release, Releases } from "../../shared/ports/releases.ts"
import { Problem } from "../../shared/problem.ts"

/** Two empty repositories of an adapter: releases of the second become immutable. */
export interface ReleasesWorld {
  mutable: Releases
  immutable: Releases
  close(): Promise<unknown>
}

const bytes = Buffer.from("a disk image, as far as anybody here can tell\n".repeat(5000))
const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`
const text = { title: "Nexy", body: "What is new." }
const image = { name: "Nexy.dmg", sizeBytes: bytes.length, contentType: "application/x-apple-diskimage" }

async function* inPieces(source: Uint8Array = bytes) {
  for (let at = 0; at < source.length; at += 40_000) yield source.subarray(at, at + 40_000)
}

/** What every adapter of `Releases` does. Each test has a tag of its own. */
export function releasesContract(name: string, open: () => Promise<ReleasesWorld>) {
  describe(`releases: ${name}`, () => {
    let world: ReleasesWorld
    let releases: Releases
    let tags = 0

    beforeAll(async () => {
      world = await open()
      releases = world.mutable
    })
    afterAll(() => world.close())

    const newTag = () => `v1.0.0.${++tags}`
    const newDraft = (tag = newTag(), from = releases) => from.createDraft({ tag, title: `Nexy ${tag}`, body: "New." })
    const filled = async (from = releases): Promise<Release> => {
      const draft = await newDraft(newTag(), from)
      await from.upload(draft, image, () => inPieces())
      return draft
    }

    const finished = async ({ id }: Release) =>
      (await releases.get(id))?.assets.filter(({ state }) => state === "uploaded")

    it("finds nothing under a tag that was never used", async () => {
      expect(await releases.published("v0.0.0.0")).toBeUndefined()
      expect(await releases.drafts("v0.0.0.0", 987_654)).toEqual([])
      expect(await releases.get(987_654)).toBeUndefined()
    })

    it("makes a draft that is not found as published", async () => {
      const draft = await newDraft()
      expect(draft).toMatchObject({ draft: true, immutable: false, assets: [] })
      expect(await releases.drafts(draft.tag)).toEqual([expect.objectContaining({ id: draft.id, tag: draft.tag })])
      expect(await releases.get(draft.id)).toMatchObject({ id: draft.id, draft: true })
      expect(await releases.published(draft.tag)).toBeUndefined()
    })

    it("lists the drafts of one tag, lowest id first", async () => {
      const [first, other] = [await newDraft(), await newDraft()]
      const second = await newDraft(first.tag)
      const found = await releases.drafts(first.tag, other.id)
      expect(found.map(({ id }) => id)).toEqual([first.id, second.id])
    })

    it("sends an asset in pieces and answers its size and digest", async () => {
      const draft = await newDraft()
      const sent = await releases.upload(draft, image, () => inPieces())
      expect(sent).toMatchObject({ name: "Nexy.dmg", sizeBytes: bytes.length, state: "uploaded", digest })
      expect((await releases.get(draft.id))?.assets).toEqual([expect.objectContaining({ id: sent.id, digest })])
    })

    it("sends several assets at the same time", async () => {
      const draft = await newDraft()
      const names = ["Nexy.dmg", "Nexy.pkg", "SHA256SUMS"]
      await Promise.all(names.map((name) => releases.upload(draft, { ...image, name }, () => inPieces())))
      expect((await releases.get(draft.id))?.assets.map((asset) => asset.name).sort()).toEqual(names)
    })

    it("hands on what the stream throws, unchanged, and finishes nothing", async () => {
      const draft = await newDraft()
      const fault = new Problem("DMG_INVALID", "no koly trailer")
      // Thrown after the very last byte, where a check of the whole file ends.
      const upload = releases.upload(draft, image, async function* () {
        yield* inPieces()
        throw fault
      })
      await expect(upload).rejects.toBe(fault)
      expect(await finished(draft)).toEqual([])
    })

    it.each([
      ["shorter", bytes.subarray(0, 70_000)],
      ["longer", Buffer.concat([bytes, Buffer.from("!")])],
    ])("refuses a stream that is %s than announced, and finishes nothing", async (_, other) => {
      const draft = await newDraft()
      const upload = releases.upload(draft, image, () => inPieces(other))
      await expect(upload).rejects.toMatchObject({ code: "INBOX_CHANGED" })
      expect(await finished(draft)).toEqual([])
    })

    it("stops an upload that is called off, with the reason given", async () => {
      const draft = await newDraft()
      const lost = new AbortController()
      const reason = new Problem("LEASE_LOST", "another run took over")
      const upload = releases.upload(
        draft,
        image,
        async function* () {
          yield bytes.subarray(0, 40_000)
          lost.abort(reason)
          yield bytes.subarray(40_000)
        },
        lost.signal,
      )
      await expect(upload).rejects.toBe(reason)
      expect(await finished(draft)).toEqual([])
    })

    it("deletes an asset of a draft; gone already is no fault", async () => {
      const draft = await newDraft()
      const sent = await releases.upload(draft, image, () => inPieces())
      await releases.deleteAsset(draft, sent)
      expect((await releases.get(draft.id))?.assets).toEqual([])
      await releases.deleteAsset(draft, sent)
    })

    it("deletes a draft; gone already is no fault", async () => {
      const draft = await filled()
      await releases.deleteDraft(draft.id)
      expect(await releases.get(draft.id)).toBeUndefined()
      expect(await releases.drafts(draft.tag, draft.id)).toEqual([])
      await releases.deleteDraft(draft.id)
    })

    it("publishes a draft with everything in it", async () => {
      const draft = await filled()
      const release = await releases.publish(draft, text)
      expect(release).toMatchObject({ id: draft.id, tag: draft.tag, draft: false, immutable: false })
      expect(release.assets).toMatchObject([{ name: "Nexy.dmg", digest }])
      expect(release.assets[0]?.downloadUrl).toBe(releases.downloadUrl(draft.tag, "Nexy.dmg"))
      expect(await releases.published(draft.tag)).toEqual(release)
      expect(await releases.drafts(draft.tag, draft.id)).toEqual([])
    })

    it("publishes what is published already without a fault", async () => {
      const draft = await filled()
      const release = await releases.publish(draft, text)
      expect(await releases.publish(draft, text)).toMatchObject({ id: release.id, draft: false })
    })

    it("adds what is missing to a published release that can be changed", async () => {
      const release = await releases.publish(await filled(), text)
      await releases.upload(release, { ...image, name: "Nexy.pkg" }, () => inPieces())
      expect((await releases.published(release.tag))?.assets).toHaveLength(2)
    })

    it("deletes nothing that is published by now", async () => {
      const draft = await filled()
      const release = await releases.publish(draft, text)
      const [asset] = release.assets
      if (!asset) throw new Error("the asset is missing")
      await expect(releases.deleteAsset(draft, asset)).rejects.toMatchObject({ code: "RELEASE_CHANGED" })
      await expect(releases.deleteDraft(draft.id)).rejects.toMatchObject({ code: "RELEASE_CHANGED" })
      expect(await releases.published(draft.tag)).toEqual(release)
    })

    it("refuses to publish or fill a draft that somebody deleted", async () => {
      const draft = await filled()
      await releases.deleteDraft(draft.id)
      await expect(releases.publish(draft, text)).rejects.toMatchObject({ code: "RELEASE_CHANGED" })
      await expect(releases.upload(draft, image, () => inPieces())).rejects.toMatchObject({ code: "RELEASE_CHANGED" })
    })

    it("refuses to publish a second draft of a tag", async () => {
      const draft = await filled()
      const rival = await newDraft(draft.tag)
      await releases.publish(draft, text)
      await expect(releases.publish(rival, text)).rejects.toMatchObject({ code: "RELEASE_CHANGED" })
      expect(await releases.published(draft.tag)).toMatchObject({ id: draft.id })
    })

    it("knows where releases become immutable, and that they did", async () => {
      expect(await releases.immutable()).toBe(false)
      expect(await world.immutable.immutable()).toBe(true)
      const draft = await filled(world.immutable)
      expect(await world.immutable.publish(draft, text)).toMatchObject({ immutable: true })
    })

    it("adds nothing to a draft that became an immutable release meanwhile", async () => {
      const draft = await filled(world.immutable)
      const release = await world.immutable.publish(draft, text)
      const late = world.immutable.upload(draft, { ...image, name: "late.dmg" }, () => inPieces())
      await expect(late).rejects.toMatchObject({ code: "RELEASE_CHANGED" })
      expect(await world.immutable.published(draft.tag)).toEqual(release)
    })
  })
}
