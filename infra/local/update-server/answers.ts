import type { VmFiles } from "./files.ts"
import { mailTime, pythonJson, pythonText, pythonTime } from "./python.ts"

/** The three addresses that clients and people ask. */
export type Page = "health" | "updatesHealth" | "appcast"

export interface Answer {
  status: number
  type: string
  body: string
  headers?: { [name: string]: string }
}

type Json = { readonly [key: string]: unknown }

/** What the server answers, with whatever it finds: the health answers stay good when the manifest is no use. */
export const answerTo: { readonly [Each in Page]: (files: VmFiles, about: { product: string; now: Date }) => Answer } =
  {
    health(files) {
      const { version, build } = known(files)
      return json({ status: "OK", latest_version: version, latest_build: build, ffmpeg_available: false })
    },
    updatesHealth(files, { now }) {
      const { version, build } = known(files)
      return json({
        status: "healthy",
        timestamp: pythonTime(now),
        version,
        latest_version: version,
        latest_build: build,
        artifacts_available: 0,
        downloads_dir: files.downloadsFolder,
        manifests_dir: files.manifestsFolder,
        beta_updates_enabled: true,
      })
    },
    appcast(files, { product, now }) {
      const offer = offerIn(parse(latest(files)))
      if (!offer) return { ...plain("Error generating AppCast XML"), status: 500 }
      return { status: 200, type: "application/xml", body: appcast(offer, product, now) }
    },
  }

export function json(object: Json, status = 200): Answer {
  return { status, type: "application/json; charset=utf-8", body: pythonJson(object) }
}

export function plain(body: string): Answer {
  return { status: 200, type: "text/plain; charset=utf-8", body }
}

/** A trap: without `manifest.json`, the beta is served as stable. */
function latest({ manifest, beta }: VmFiles): Buffer | undefined {
  return manifest ?? beta
}

/** Another trap: a manifest that cannot be read is not missed, because VERSION is at hand. */
function known(files: VmFiles): { version: unknown; build: unknown } {
  const manifest = parse(latest(files))
  const fallback = files.version?.toString("utf8").trim() || "0.0.0.0"
  const version = manifest?.version ?? fallback
  return { version, build: manifest?.build ?? version }
}

/** Also undefined for a byte-order mark, which Python's parser does not like either. */
function parse(bytes: Buffer | undefined): Json | undefined {
  try {
    const value: unknown = JSON.parse(pythonText(bytes ?? Buffer.alloc(0)))
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

interface Offer {
  version: string
  build: string
  artifact: Json & { url: string }
}

function offerIn(manifest: Json | undefined): Offer | undefined {
  const { version, build, artifact } = manifest ?? {}
  if (typeof version !== "string" || typeof build !== "string") return undefined
  if (typeof artifact !== "object" || artifact === null) return undefined
  const { url, ...rest } = artifact as Json
  if (typeof url !== "string" || !isInstaller(url)) return undefined
  return { version, build, artifact: { ...rest, url } }
}

/** An https address that is no feed. The local stack's own downloads are plain http, on this machine only. */
function isInstaller(address: string): boolean {
  const url = URL.parse(address)
  const loopback = url?.hostname === "127.0.0.1" || url?.hostname === "localhost"
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && loopback)
  return safe && !/\.xml$/i.test(url?.pathname ?? "")
}

/** A third trap: nothing is escaped. */
function appcast({ version, build, artifact }: Offer, product: string, now: Date): string {
  const { url, size, ed25519 = "", min_os: minimumSystem = "11.0" } = artifact
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle">
    <channel>
        <title>${product} Updates</title>
        <language>en</language>
        <item>
            <title>Version ${version}</title>
            <pubDate>${mailTime(now)}</pubDate>
            <enclosure
                url="${url}"
                sparkle:version="${build}"
                sparkle:shortVersionString="${version}"
                length="${size}"
                type="application/octet-stream"
                sparkle:dsaSignature="${ed25519}"
                sparkle:minimumSystemVersion="${minimumSystem}"
            />
        </item>
    </channel>
</rss>
`
}
