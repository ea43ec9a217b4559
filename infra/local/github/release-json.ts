import { user } from "./account-json.ts"
import type { Bases } from "./call.ts"
import type { AssetState, ReleaseState, RepositoryState } from "./state.ts"

/** What stands for the tag in links: a draft has none that can be promised. */
const linkTag = (release: ReleaseState) => (release.draft ? release.slug : release.tag)

/** A release as GitHub states it. */
export function releaseJson(release: ReleaseState, repository: RepositoryState, bases: Bases) {
  const path = `${repository.owner}/${repository.name}`
  const self = `${bases.api}/repos/${path}/releases/${release.id}`
  const archive = (kind: string) =>
    release.draft ? null : `${bases.api}/repos/${path}/${kind}/refs/tags/${encodeTag(release.tag)}`
  return {
    url: self,
    assets_url: `${self}/assets`,
    upload_url: `${bases.uploads}/repos/${path}/releases/${release.id}/assets{?name,label}`,
    html_url: `${bases.web}/${path}/releases/tag/${encodeTag(linkTag(release))}`,
    id: release.id,
    author: user(release.author, bases),
    node_id: `RE_${release.id}`,
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: release.assets.map((asset) => assetJson(asset, release, repository, bases)),
    tarball_url: archive("tarball"),
    zipball_url: archive("zipball"),
    body: release.body,
  }
}

/** An asset as GitHub states it. */
export function assetJson(asset: AssetState, release: ReleaseState, repository: RepositoryState, bases: Bases) {
  const path = `${repository.owner}/${repository.name}`
  return {
    url: `${bases.api}/repos/${path}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: `RA_${asset.id}`,
    name: asset.name,
    label: asset.label,
    uploader: user(asset.uploader, bases),
    content_type: asset.contentType,
    state: asset.state,
    size: asset.size,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    browser_download_url: `${bases.web}/${path}/releases/download/${encodeTag(linkTag(release))}/${encodeURIComponent(asset.name)}`,
  }
}

/** A tag in a path: its slashes stay what they are. */
const encodeTag = (tag: string) => tag.split("/").map(encodeURIComponent).join("/")
