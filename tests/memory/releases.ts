import type { Release, ReleaseAsset, Releases } from "../../shared/ports/releases.ts"
import { Problem } from "../../shared/problem.ts"
import { digestOfBytes } from "../tree.ts"
import { atOnce, type Turn } from "./turn.ts"

type Stored = Release & { body: string }

/** A repository's releases as the server holds them. */
export interface ReleaseShelf {
  immutable: boolean
  releases: Stored[]
  ids: number
}

const SITE = "https://github.example/acme/app_releases"

export function releaseShelf(immutable = false): ReleaseShelf {
  return { immutable, releases: [], ids: 100 }
}

/**
 * Releases in memory. Every request that the adapter of GitHub would make is a turn of its own, what it looks at first too, so that
 * others can come in between; as on GitHub, a deletion asks nothing.
 */
export function memoryReleases(shelf: ReleaseShelf, turn: Turn = atOnce): Releases {
  const held = (id: number) => shelf.releases.find((release) => release.id === id)
  const publishedNow = (tag: string) => shelf.releases.find((release) => release.tag === tag && !release.draft)
  const answer = ({ body: _, ...release }: Stored): Release => structuredClone(release)

  /** Throws RELEASE_CHANGED unless the release can take more. */
  function open(id: number, tag: string): Stored {
    const release = held(id)
    if (!release) throw changed(`the draft of ${tag} is gone`)
    if (release.immutable) throw changed(`${tag} is published by now`)
    return release
  }

  async function get(id: number): Promise<Release | undefined> {
    await turn("get release")
    const release = held(id)
    return release && answer(release)
  }

  async function deleteAsset(release: Release, asset: ReleaseAsset): Promise<void> {
    const now = await get(release.id)
    await turn("list assets")
    const there = held(release.id)?.assets.find(({ id }) => id === asset.id)
    if (!there) return
    if (there.state === "uploaded" && !now?.draft) throw changed(`${asset.name} is published by now`)
    await turn("delete asset")
    const owner = held(release.id)
    if (owner && !owner.immutable) owner.assets = owner.assets.filter(({ id }) => id !== asset.id)
  }

  const upload: Releases["upload"] = async (release, { name, sizeBytes }, read, signal) => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      await turn(`begin upload of ${name}`)
      signal?.throwIfAborted()
      const owner = open(release.id, release.tag)
      if (owner.assets.some((asset) => asset.name === name)) {
        await turn("list assets")
        const found = held(release.id)?.assets.find((asset) => asset.name === name)
        if (found?.state === "uploaded" && found.sizeBytes === sizeBytes) return { ...found }
        if (found) await deleteAsset(release, found)
        continue
      }
      const asset: ReleaseAsset = {
        id: ++shelf.ids,
        name,
        sizeBytes: 0,
        state: "starter",
        downloadUrl: `${SITE}/releases/download/${release.tag}/${name}`,
      }
      owner.assets.push(asset)
      const bytes = await whole(read, sizeBytes, name).catch(async (error: unknown) => {
        signal?.throwIfAborted()
        await deleteAsset(release, asset)
        throw error
      })
      signal?.throwIfAborted()
      await turn(`end upload of ${name}`)
      // All bytes are on their way by then: whoever calls off now only does not hear of it.
      const there = open(release.id, release.tag).assets.find(({ id }) => id === asset.id)
      if (there) Object.assign(there, { state: "uploaded", sizeBytes, digest: digestOfBytes(bytes) })
      signal?.throwIfAborted()
      if (there) return { ...there }
    }
    throw new Problem("GITHUB_REFUSED", `${name} cannot be sent: somebody else is at it`)
  }

  return {
    repository: "acme/app_releases",
    get,
    deleteAsset,
    upload,
    async published(tag) {
      await turn("published release")
      const release = publishedNow(tag)
      return release && answer(release)
    },
    async drafts(tag, hintId) {
      const hinted = hintId === undefined ? undefined : await get(hintId)
      await turn("list releases")
      const drafts = shelf.releases.filter((release) => release.draft && release.tag === tag).map(answer)
      if (hinted?.draft && hinted.tag === tag && !drafts.some(({ id }) => id === hintId)) drafts.push(hinted)
      return drafts.sort((one, other) => one.id - other.id)
    },
    async immutable() {
      await turn("immutable releases")
      return shelf.immutable
    },
    downloadUrl: (tag, name) => `${SITE}/releases/download/${tag}/${name}`,
    async createDraft({ tag, title, body }) {
      await turn("create draft")
      const id = ++shelf.ids
      const urls = { url: `${SITE}/releases/tag/untagged-${id}`, uploadUrl: `${SITE}/${id}/assets{?name}` }
      const release: Stored = { id, tag, title, body, draft: true, immutable: false, ...urls, assets: [] }
      shelf.releases.push(release)
      return answer(release)
    },
    async deleteDraft(id) {
      const release = await get(id)
      if (!release) return
      if (!release.draft) throw changed(`${release.tag} is published by now`)
      await turn("delete release")
      shelf.releases = shelf.releases.filter((one) => one.id !== id)
    },
    async publish({ id, tag }, { title, body }) {
      await turn("publish")
      const release = held(id)
      if (!release) throw changed(`the draft of ${tag} is gone`)
      const winner = publishedNow(tag)
      if (winner && winner.id !== id) throw changed(`${tag} is published by now`)
      const url = `${SITE}/releases/tag/${tag}`
      Object.assign(release, { title, body, url, draft: false, immutable: release.immutable || shelf.immutable })
      return answer(release)
    },
  }
}

/** A stream's bytes. Throws what the stream throws, and INBOX_CHANGED when it is not as long as was said. */
async function whole(read: () => AsyncIterable<Uint8Array>, sizeBytes: number, name: string): Promise<Buffer> {
  const bytes = Buffer.concat(await Array.fromAsync(read()))
  if (bytes.length === sizeBytes) return bytes
  throw new Problem("INBOX_CHANGED", `${name} has ${bytes.length} bytes, not ${sizeBytes}`)
}

function changed(what: string): Problem {
  return new Problem("RELEASE_CHANGED", what)
}
