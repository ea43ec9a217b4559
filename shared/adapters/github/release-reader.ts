import { setTimeout as sleep } from "node:timers/promises"
import type { Release, ReleaseAsset } from "../../ports/releases.ts"
import type { GithubClient } from "./client.ts"
import { isProblem } from "./errors.ts"
import { asAsset, asList, asRelease } from "./shapes.ts"

/** How patiently to look for what GitHub has not finished yet: a digest, or a draft its list does not show. */
export interface Settling {
  /** Looks in all; default 4. */
  looks?: number
  /** Pause between two; default 1 s. */
  pauseMs?: number
}

export const releasesRoute = "/repos/{owner}/{repo}/releases"
export const releaseRoute = `${releasesRoute}/{release_id}`
export const assetRoute = `${releasesRoute}/assets/{asset_id}`

/** Looking at a repository's releases, for those who write them. */
export function releaseReader(client: GithubClient, repository: string, { looks = 4, pauseMs = 1000 }: Settling) {
  let repositorySeen = false

  async function rest(route: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
    const { data } = await client.rest(repository, route, parameters)
    repositorySeen = true
    return data
  }

  /** What a route answers, or undefined on 404, once it is certain that not the repository itself is out of sight. */
  async function find<T>(route: string, parameters: Record<string, unknown>, shape: (data: unknown) => T) {
    try {
      return shape(await rest(route, parameters))
    } catch (error) {
      if (!isProblem(error, "GITHUB_NOT_FOUND")) throw error
      if (!repositorySeen) await rest("GET /repos/{owner}/{repo}")
      return undefined
    }
  }

  const get = (id: number) => find(`GET ${releaseRoute}`, { release_id: id }, asRelease)

  const published = (tag: string) => find(`GET ${releasesRoute}/tags/{tag}`, { tag }, asRelease)

  async function drafts(tag: string, hintId?: number): Promise<Release[]> {
    const [listed, hinted] = await Promise.all([listDrafts(), hintId === undefined ? undefined : get(hintId)])
    const byId = new Map(listed.map((release) => [release.id, release]))
    if (hinted) byId.set(hinted.id, hinted)
    return [...byId.values()].filter((release) => release.draft && release.tag === tag).sort((a, b) => a.id - b.id)
  }

  /** The list is newest first: behind a full page without a draft lie only years of published releases. */
  async function listDrafts(): Promise<Release[]> {
    const found: Release[] = []
    for (let page = 1; ; page++) {
      const releases = asList(await rest(`GET ${releasesRoute}`, { per_page: 100, page }), asRelease)
      const open = releases.filter((release) => release.draft)
      found.push(...open)
      if (releases.length < 100 || open.length === 0) return found
    }
  }

  /** All assets, those that never became whole too. */
  async function assets(release: Release): Promise<ReleaseAsset[]> {
    return asList(await rest(`GET ${releaseRoute}/assets`, { release_id: release.id, per_page: 100 }), asAsset)
  }

  /** Looks until there is something to see, or patience ends. */
  async function settled<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    for (let left = looks; left > 0; left--) {
      const seen = await look()
      if (seen !== undefined) return seen
      if (left > 1) await sleep(pauseMs)
    }
    return undefined
  }

  return { rest, find, get, published, drafts, assets, settled }
}
