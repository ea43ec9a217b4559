import { rm } from "node:fs/promises"
import { type Answer, json, notFound, Refusal } from "./answer.ts"
import { type Call, repositoryOf } from "./call.ts"
import { page } from "./page.ts"
import { assetJson } from "./release-json.ts"
import { listed, releaseOf } from "./releases.ts"
import type { AssetState, ReleaseState, Repository } from "./state.ts"
import { assetPath, saveRelease, type World } from "./world.ts"

/** GET …/releases/{id}/assets */
export function listAssets(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const release = releaseOf(call, repository)
  const shown = listed(repository, call).find((one) => one.id === release.id)?.assets ?? []
  return page(call, shown, (asset) => assetJson(asset, release, repository, call.bases))
}

/** GET …/releases/assets/{id}: what is known of it, or with `Accept: application/octet-stream` where its bytes are. */
export function getAsset(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const { release, asset } = assetOf(call, repository)
  if (!call.request.headers.accept?.includes("application/octet-stream")) {
    return json(assetJson(asset, release, repository, call.bases))
  }
  return sendOn(call, repository, asset)
}

/** DELETE …/releases/assets/{id} */
export async function deleteAsset(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  return repository.exclusive(async () => {
    const { release, asset } = assetOf(call, repository)
    if (release.immutable) throw new Refusal(422, "Cannot delete assets from an immutable release.")
    await saveRelease(repository, { ...release, assets: release.assets.filter((one) => one !== asset) })
    await rm(assetPath(repository, asset), { force: true })
    return { status: 204 }
  })
}

/** GET /{owner}/{repo}/releases/download/{tag}/{name}, as clients download it. Nothing of a draft is found here. */
export function download(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const { tag, name } = call.params
  const asset = repository.releases
    .values()
    .find((release) => !release.draft && !release.deleted && release.tag === tag)
    ?.assets.find((one) => one.name === name)
  if (asset === undefined) throw notFound()
  asset.downloads++
  return sendOn(call, repository, asset)
}

/** GET /release-assets/{owner}/{repo}/{file}: the bytes, whole or a range of them. The address itself is the permission. */
export function sendBytes(call: Call, world: World): Answer {
  const repository = world.repositories.get(`${call.params.owner}/${call.params.repo}`.toLowerCase())
  const asset = repository?.releases
    .values()
    .flatMap((release) => release.assets)
    .find((one) => one.file === call.params.file)
  if (repository === undefined || asset?.state !== "uploaded") throw notFound()
  const { size } = asset
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename=${asset.name}`,
    "accept-ranges": "bytes",
    etag: `"${asset.file}"`,
    "last-modified": new Date(asset.updatedAt).toUTCString(),
  }
  const path = assetPath(repository, asset)
  const range = rangeOf(call.request.headers.range, size)
  if (range === undefined) return { status: 200, headers, file: { path, start: 0, end: size - 1 } }
  const [start, end] = range
  if (start > end) return { status: 416, headers: { "content-range": `bytes */${size}` }, text: "" }
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${start}-${end}/${size}` },
    file: { path, start, end },
  }
}

function assetOf(call: Call, repository: Repository): { release: ReleaseState; asset: AssetState } {
  const id = Number(call.params.id)
  for (const release of repository.releases.values()) {
    const asset = release.assets.find((one) => one.id === id)
    if (asset === undefined) continue
    if (release.draft && call.caller.level(repository) !== "write") break
    return { release, asset }
  }
  throw notFound()
}

function sendOn(call: Call, repository: Repository, asset: AssetState): Answer {
  if (asset.state !== "uploaded") throw notFound()
  const location = `${call.bases.web}/release-assets/${repository.owner}/${repository.name}/${asset.file}`
  return { status: 302, headers: { location, "cache-control": "no-cache" }, text: "" }
}

/** First and last byte asked for (RFC 9110, section 14); undefined when all are, the last before the first when none can be. */
function rangeOf(header: string | undefined, size: number): [number, number] | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? []
  if (from === undefined || (from === "" && !to)) return undefined
  if (from === "") return [Math.max(size - Number(to), 0), size - 1]
  return [Number(from), to ? Math.min(Number(to), size - 1) : size - 1]
}
