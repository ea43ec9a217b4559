import type { Digest, Release, ReleaseAsset } from "../../ports/releases.ts"
import { Problem } from "../../problem.ts"

type Fields = Record<string, unknown>

/** A release as the REST API states it. Octokit gives an answer that was cut short as empty text: GITHUB_FAILED. */
export function asRelease(data: unknown): Release {
  if (
    !isFields(data) ||
    typeof data.id !== "number" ||
    typeof data.tag_name !== "string" ||
    !Array.isArray(data.assets)
  )
    throw cutShort("release")
  return {
    id: data.id,
    tag: data.tag_name,
    title: typeof data.name === "string" ? data.name : "",
    draft: data.draft === true,
    immutable: data.immutable === true,
    url: String(data.html_url),
    uploadUrl: String(data.upload_url),
    assets: data.assets.map(asAsset),
  }
}

/** An asset as the REST API states it. */
export function asAsset(data: unknown): ReleaseAsset {
  if (!isFields(data) || typeof data.id !== "number" || typeof data.name !== "string" || typeof data.size !== "number")
    throw cutShort("asset")
  return {
    id: data.id,
    name: data.name,
    sizeBytes: data.size,
    state: String(data.state),
    ...(isDigest(data.digest) && { digest: data.digest }),
    downloadUrl: String(data.browser_download_url),
  }
}

/** A list, each of its items read by `item`. */
export function asList<T>(data: unknown, item: (data: unknown) => T): T[] {
  if (!Array.isArray(data)) throw cutShort("list")
  return data.map(item)
}

function isDigest(value: unknown): value is Digest {
  return typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value)
}

function isFields(data: unknown): data is Fields {
  return typeof data === "object" && data !== null
}

function cutShort(what: string): Problem {
  return new Problem("GITHUB_FAILED", `GitHub's answer is no ${what}: it was cut short`)
}
