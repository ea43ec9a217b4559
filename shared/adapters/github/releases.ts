import type { Release, ReleaseAsset, Releases } from "../../ports/releases.ts"
import { Problem } from "../../problem.ts"
import type { GithubClient } from "./client.ts"
import { isHidden, isProblem } from "./errors.ts"
import { lookFirst } from "./look-first.ts"
import { assetRoute, releaseReader, releaseRoute, releasesRoute, type Settling } from "./release-reader.ts"
import { asAsset, asRelease } from "./shapes.ts"
import { upload } from "./upload.ts"

/** The releases of a repository on GitHub. */
export function githubReleases(client: GithubClient, repository: string, settling: Settling = {}): Releases {
  const { rest, find, get, published, drafts, assets, settled } = releaseReader(client, repository, settling)

  const createDraft: Releases["createDraft"] = ({ tag, title, body }) =>
    lookFirst(
      async () => asRelease(await rest(`POST ${releasesRoute}`, { tag_name: tag, name: title, body, draft: true })),
      () => settled(async () => (await drafts(tag)).at(-1)),
    )

  async function deleteDraft(id: number): Promise<void> {
    const gone = async () => {
      const release = await get(id)
      if (release && !release.draft) throw changed(`release ${id} of ${release.tag} is published by now`)
      return release ? undefined : true
    }
    if (!(await gone())) await remove(`DELETE ${releaseRoute}`, { release_id: id }, gone)
  }

  async function deleteAsset(release: Release, asset: ReleaseAsset): Promise<void> {
    const gone = async () => {
      const now = await get(release.id)
      const there = now && (await assets(release)).find(({ id }) => id === asset.id)
      // What never became whole was never published either.
      if (there?.state === "uploaded" && !now?.draft)
        throw changed(`${asset.name} of ${release.tag} is published by now`)
      return there ? undefined : true
    }
    if (!(await gone())) await remove(`DELETE ${assetRoute}`, { asset_id: asset.id }, gone)
  }

  /** Deletes; a refusal is none if the thing is gone, because GitHub says 404 to both. */
  async function remove(route: string, parameters: Record<string, unknown>, gone: () => Promise<true | undefined>) {
    const write = () => rest(route, parameters).then(() => true as const)
    await lookFirst(write, gone).catch(async (error: unknown) => {
      if (!isHidden(error) || !(await gone())) throw error
    })
  }

  async function publish(draft: Release, { title, body }: { title: string; body: string }): Promise<Release> {
    // The tag goes along: GitHub renames a draft whose tag is left out. Every version is newer than the one before.
    const change = { tag_name: draft.tag, name: title, body, draft: false, make_latest: "true" }
    const release = await lookFirst(
      async () => asRelease(await rest(`PATCH ${releaseRoute}`, { release_id: draft.id, ...change })),
      async () => {
        const now = await get(draft.id)
        if (!now) throw changed(`the draft of ${draft.tag} is gone`)
        return now.draft ? undefined : now
      },
    ).catch((error: unknown) => reject(error, draft))
    if (release.draft) throw new Problem("GITHUB_FAILED", `GitHub left ${release.tag} a draft`)
    return release
  }

  /** Throws the error of a write, or RELEASE_CHANGED where somebody else's doing was the reason. */
  async function reject(error: unknown, release: Release): Promise<never> {
    if (!isHidden(error) && !isProblem(error, "GITHUB_REFUSED", "TAG_BURNED")) throw error
    const now = await get(release.id)
    if (!now) throw changed(`the draft of ${release.tag} is gone`)
    const winner = await published(release.tag)
    if (winner && (release.draft || winner.id !== release.id)) throw changed(`${release.tag} is published by now`)
    throw error
  }

  const around = {
    find: async (release: Release, name: string) => (await assets(release)).find((asset) => asset.name === name),
    discard: deleteAsset,
  }

  return {
    repository,
    published,
    drafts,
    get,
    createDraft,
    deleteDraft,
    deleteAsset,
    publish,

    /** 404 means off. Without Administration: read it is 403: then nothing is promised, and the published release tells. */
    async immutable() {
      const setting = await find("GET /repos/{owner}/{repo}/immutable-releases", {}, isEnabled).catch(
        (error: unknown) => {
          if (isProblem(error, "GITHUB_FORBIDDEN")) return false
          throw error
        },
      )
      return setting ?? false
    },

    downloadUrl: (tag, name) =>
      `${client.webUrl}/${repository}/releases/download/${encodeURIComponent(tag)}/${encodeURIComponent(name)}`,

    async upload(release, outgoing, open, signal) {
      const sent = await upload(client, repository, around, release, outgoing, open, signal).catch((error: unknown) =>
        reject(error, release),
      )
      if (sent.name !== outgoing.name) {
        await deleteAsset(release, sent)
        throw new Problem("GITHUB_REFUSED", `GitHub stores ${outgoing.name} as ${sent.name}`, {
          remedy: "Give the artifact a name of letters, digits, dots, hyphens and underscores only.",
        })
      }
      if (sent.digest) return sent
      const known = await settled(async () => {
        const now = await find(`GET ${assetRoute}`, { asset_id: sent.id }, asAsset)
        return now?.digest && now
      })
      if (!known) throw new Problem("DIGEST_MISSING", `${sent.name} of ${release.tag} arrived, but has no digest yet`)
      return known
    },
  }
}

function isEnabled(data: unknown): boolean {
  if (typeof data === "object" && data !== null && "enabled" in data) return data.enabled === true
  throw new Problem("GITHUB_FAILED", "GitHub's answer is no immutability setting: it was cut short")
}

function changed(what: string): Problem {
  return new Problem("RELEASE_CHANGED", what)
}
