import { createHash, randomUUID } from "node:crypto"
import { once } from "node:events"
import { createWriteStream } from "node:fs"
import type { IncomingMessage } from "node:http"
import { pipeline } from "node:stream/promises"
import { type Answer, invalid, json, notFound, Refusal } from "./answer.ts"
import { type Call, repositoryOf } from "./call.ts"
import type { Fault } from "./fault.ts"
import { assetJson } from "./release-json.ts"
import { releaseOf } from "./releases.ts"
import type { AssetState, ReleaseState } from "./state.ts"
import { assetPath, saveRelease, type World } from "./world.ts"

const maxBytes = 2 ** 31

/**
 * POST …/releases/{id}/assets on the upload host. The asset blocks its name from the first byte on, and becomes `uploaded` only
 * with the last: whatever happens in between leaves a `starter`, as at GitHub.
 */
export async function uploadAsset(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  const size = lengthOf(call.request)
  const asked = call.query.get("name")
  if (!asked) throw invalid({ resource: "ReleaseAsset", code: "missing_field", field: "name" })
  const starter = await repository.exclusive(async () => {
    const release = releaseOf(call, repository)
    refuseWhenImmutable(release)
    const name = cleanName(asked)
    if (release.assets.some((one) => one.name === name)) {
      throw invalid({ resource: "ReleaseAsset", code: "already_exists", field: "name" })
    }
    const asset = newAsset(call, world, { name, size })
    await saveRelease(repository, { ...release, assets: [...release.assets, asset] })
    return asset
  })
  if (call.fault?.kind === "starter") {
    call.request.resume()
    await once(call.request, "end")
    throw new Refusal(502, "Server Error")
  }
  const digest = await receive(call.request, assetPath(repository, starter), call.fault)
  const uploaded: AssetState = { ...starter, state: "uploaded", digest, updatedAt: world.now().toISOString() }
  return repository.exclusive(async () => {
    // The release may be another one by now, and the asset deleted.
    const release = releaseOf(call, repository)
    refuseWhenImmutable(release)
    if (!release.assets.includes(starter)) throw notFound()
    const assets = release.assets.map((one) => (one === starter ? uploaded : one))
    await saveRelease(repository, { ...release, assets })
    return json(assetJson(uploaded, release, repository, call.bases), 201)
  })
}

function newAsset(call: Call, world: World, known: { name: string; size: number }): AssetState {
  const at = world.now().toISOString()
  return {
    id: world.nextId(),
    file: randomUUID(),
    ...known,
    label: call.query.get("label"),
    contentType: call.request.headers["content-type"] ?? "application/octet-stream",
    digest: null,
    state: "starter",
    createdAt: at,
    updatedAt: at,
    downloads: 0,
    uploader: call.caller.login,
  }
}

/** Writes the body down as it comes, and answers the digest of what was written. */
async function receive(request: IncomingMessage, path: string, fault: Fault | undefined): Promise<string> {
  const hash = createHash("sha256")
  let received = 0
  await pipeline(
    request,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        if (fault?.kind === "stall" && received + chunk.length > fault.afterBytes) await once(request, "close")
        if (fault?.kind === "corrupt" && received === 0) chunk.writeUInt8(chunk.readUInt8() ^ 1)
        received += chunk.length
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(path, { highWaterMark: 2 ** 21 }),
  )
  return `sha256:${hash.digest("hex")}`
}

function lengthOf(request: IncomingMessage): number {
  const header = request.headers["content-length"]
  if (header === undefined) throw new Refusal(400, "Bad Content-Length")
  const size = Number(header)
  if (size > 0 && size < maxBytes) return size
  const message = size === 0 ? "size must be greater than 0" : `size must be less than ${maxBytes}`
  throw invalid({ resource: "ReleaseAsset", code: "custom", field: "size", message })
}

function refuseWhenImmutable(release: ReleaseState): void {
  if (release.immutable) throw new Refusal(422, "Cannot upload assets to an immutable release.")
}

/** GitHub keeps letters, digits and `-_.+@~`; runs of anything else become one dot, and no name begins or ends with one. */
export function cleanName(name: string): string {
  const clean = name.replace(/[^\w.\-+@~]+/g, ".").replace(/\.{2,}/g, ".")
  return clean.replace(/^\./, "default.").replace(/\.$/, "")
}
