import { isObject, objectIn } from "./object-in.ts"

/** What the manifest offers to clients, as far as other checks compare with it. */
export interface Offer {
  version: string
  build: string
  url: string
  sizeBytes: number
  /** 64 lowercase hex digits. */
  sha256: string
}

/** The offer in a manifest's text, or undefined where a field is not even of its type: the check `manifest` says which. */
export function readOffer(text: string): Offer | undefined {
  const manifest = objectIn(text)
  const artifact = isObject(manifest?.artifact) ? manifest.artifact : {}
  const { version, build } = manifest ?? {}
  const { url, size: sizeBytes, sha256 } = artifact
  const sound =
    typeof version === "string" && typeof build === "string" && typeof url === "string" && typeof sha256 === "string"
  return sound && typeof sizeBytes === "number" ? { version, build, url, sizeBytes, sha256 } : undefined
}
