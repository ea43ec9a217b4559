// biome-ignore lint/suspicious/noExplicitAny: somebody else's file, of any shape
export type Manifest = any

/** A manifest's bytes with a change; whatever is no manifest stays as it is. */
export function edit(bytes: Buffer, change: (manifest: Manifest) => void): Buffer {
  try {
    const manifest: Manifest = JSON.parse(bytes.toString("utf8"))
    change(manifest)
    return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  } catch {
    return bytes
  }
}

/** Makes it the manifest of another version, its address included. */
export function setVersion(manifest: Manifest, change: (version: string) => string): void {
  const { version } = manifest
  manifest.version = change(version)
  manifest.build = manifest.version
  manifest.artifact.url = manifest.artifact.url.replaceAll(version, manifest.version)
}
