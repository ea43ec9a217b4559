import { edit, type Manifest, setVersion } from "./edit.ts"
import type { VmFiles } from "./files.ts"
import type { Lie } from "./lie.ts"
import { newer, older } from "./versions.ts"

/** A lie that the server tells because its manifest is not what it should be. */
function seen(change: (manifest: Buffer) => Buffer | undefined): NonNullable<Lie["files"]> {
  return (files) => ({ ...files, manifest: files.manifest && change(files.manifest) })
}

/** The same, in one of the manifest's fields. */
function edited(change: (manifest: Manifest) => void): NonNullable<Lie["files"]> {
  return seen((bytes) => edit(bytes, change))
}

const toOlder = (bytes: Buffer) => edit(bytes, (manifest) => setVersion(manifest, older))

function olderFiles(files: VmFiles): VmFiles {
  const { manifest, version } = files
  return {
    ...files,
    manifest: manifest && toOlder(manifest),
    version: version && Buffer.from(older(version.toString("utf8").trim())),
  }
}

/** What the server says, in good faith, when the files on its VM are wrong. (what the predecessor's server did, each executed) */
export const manifestLies: { readonly [name: string]: Lie } = {
  "manifest-absent": {
    says: "there is no manifest: health is good, the appcast is 500",
    files: seen(() => undefined),
  },
  "manifest-truncated": {
    says: "the manifest is cut off: health is good, the appcast is 500",
    files: seen((bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))),
  },
  "manifest-empty": {
    says: "the manifest has no bytes: health is good, the appcast is 500",
    files: seen(() => Buffer.alloc(0)),
  },
  "manifest-bom": {
    says: "the manifest begins with a byte-order mark: health is good, the appcast is 500",
    files: seen((bytes) => Buffer.concat([Buffer.from("\ufeff"), bytes])),
  },
  "beta-as-stable": {
    says: "manifest.json is gone and manifest_beta.json is there: the beta is offered to everybody",
    files: (files) => ({
      ...files,
      manifest: undefined,
      beta: files.manifest && edit(files.manifest, (manifest) => setVersion(manifest, newer)),
    }),
  },
  "http-url": {
    says: "the download's address is plain http: health is good, the appcast is 500",
    files: edited(({ artifact }) => {
      artifact.url = artifact.url.replace(/^https?:\/\/[^/]*/, "http://downloads.example.org")
    }),
  },
  "feed-url": {
    says: "the download's address is the appcast's own: health is good, the appcast is 500",
    files: edited(({ artifact }) => {
      artifact.url = "https://updates.example.org/updates/appcast.xml"
    }),
  },
  "artifact-null": {
    says: "the manifest has no artifact: health is good, the appcast is 500",
    files: edited((manifest) => {
      manifest.artifact = null
    }),
  },
  "build-1001": {
    says: "the build is 1001 instead of the version: clients update for ever",
    files: edited((manifest) => {
      manifest.build = "1001"
    }),
  },
  "ampersand-url": {
    says: "the download's address has an &: the appcast is 200 and malformed",
    files: edited(({ artifact }) => {
      artifact.url += "?channel=stable&arch=universal2"
    }),
  },
  "old-url": {
    says: "the right version with the address of the release before",
    files: edited(({ version, artifact }) => {
      artifact.url = artifact.url.replaceAll(version, older(version))
    }),
  },
  "wrong-length": {
    says: "the appcast's length is one byte short of the file's: clients refuse to install",
    files: edited(({ artifact }) => {
      artifact.size -= 1
    }),
  },
  "not-restarted": {
    says: "the process still has the version before in its memory",
    files: olderFiles,
  },
  "health-not-restarted": {
    says: "/health comes from a process that still has the version before; the rest is right",
    files: (files, page) => (page === "health" ? olderFiles(files) : files),
  },
  "staging-shows-stable": {
    says: "health is another server's, of the right version; the appcast offers the version before",
    files: (files, page) => (page === "appcast" ? olderFiles(files) : files),
  },
  "manifest-reverted": {
    says: "a deployment put the manifest of the version before on the VM (changes the file, until the truth is told)",
    onDisk: toOlder,
  },
}
