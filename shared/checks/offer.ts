/** What the manifest offers to clients, as far as other checks compare with it. */
export interface Offer {
  version: string
  build: string
  url: string
  sizeBytes: number
  /** 64 lowercase hex digits. */
  sha256: string
}

type Json = { readonly [key: string]: unknown }

/** The offer in a manifest's text, or undefined where a field is not even of its type: the check `manifest` says which. */
export function readOffer(text: string): Offer | undefined {
  const manifest = parse(text)
  const artifact = isObject(manifest?.artifact) ? manifest.artifact : {}
  const { version, build } = manifest ?? {}
  const { url, size: sizeBytes, sha256 } = artifact
  const sound =
    typeof version === "string" && typeof build === "string" && typeof url === "string" && typeof sha256 === "string"
  return sound && typeof sizeBytes === "number" ? { version, build, url, sizeBytes, sha256 } : undefined
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
