import type { Call } from "./call.ts"
import { connection, type Window } from "./graphql-connection.ts"
import { assetJson, releaseJson } from "./release-json.ts"
import { latest } from "./releases.ts"
import type { ReleaseState, Repository } from "./state.ts"

/** A release as GraphQL shows it: the schema knows neither digests nor immutability. */
export function releaseNode(release: ReleaseState, repository: Repository, call: Call) {
  const rest = releaseJson(release, repository, call.bases)
  return {
    __typename: "Release",
    id: rest.node_id,
    databaseId: release.id,
    tagName: release.tag,
    name: release.name,
    description: release.body,
    url: rest.html_url,
    resourcePath: new URL(rest.html_url).pathname,
    isDraft: release.draft,
    isPrerelease: release.prerelease,
    isLatest: () => latest(repository)?.id === release.id,
    createdAt: release.createdAt,
    publishedAt: release.publishedAt,
    updatedAt: release.updatedAt,
    author: { __typename: "User", id: `U_${release.author}`, login: release.author },
    releaseAssets: (window: Window & { name?: string }) =>
      connection(
        release.assets.filter((asset) => window.name == null || asset.name === window.name),
        window,
        (asset) => assetNode(assetJson(asset, release, repository, call.bases)),
      ),
  }
}

const assetNode = (asset: ReturnType<typeof assetJson>) => ({
  __typename: "ReleaseAsset",
  id: asset.node_id,
  name: asset.name,
  size: asset.size,
  contentType: asset.content_type,
  downloadCount: asset.download_count,
  downloadUrl: asset.browser_download_url,
  url: asset.url,
  createdAt: asset.created_at,
  updatedAt: asset.updated_at,
})
