import type { RequestListener } from "node:http"
import { answer, OFFER } from "./odd-web-server.ts"

/** What one item says; `url` as it stands in the XML. */
export interface Said {
  version?: string
  shortVersion?: string
  url?: string
  length?: string
}

/** An item as the predecessor writes it. */
export function itemXml(said: Said = {}): string {
  const { version = OFFER.build, shortVersion = version, url = OFFER.url, length = `${OFFER.sizeBytes}` } = said
  return `        <item>
            <title>Version ${version}</title>
            <pubDate>Sun, 22 Nov 2026 06:37:14 +0000</pubDate>
            <enclosure
                url="${url}"
                sparkle:version="${version}"
                sparkle:shortVersionString="${shortVersion}"
                length="${length}"
                type="application/octet-stream"
                sparkle:dsaSignature=""
                sparkle:minimumSystemVersion="11.0"
            />
        </item>`
}

/** An appcast of such items. */
export function appcastXml(...items: string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle">
    <channel>
        <title>App Updates</title>
        <language>en</language>
${items.join("\n")}
    </channel>
</rss>
`
}

/** A billion laughs: 9 levels of ten. */
export const BOMB = `<?xml version="1.0"?>
<!DOCTYPE rss [
<!ENTITY l0 "lol">
${Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`).join("\n")}
]>
<rss version="2.0"><channel><title>&l9;</title></channel></rss>`

/** What the predecessor answers, by path; what is left out is as it should be. */
export interface Answers {
  health?: RequestListener
  updates?: RequestListener
  appcast?: RequestListener
}

/** A good answer of health. */
export const healthy = (version = OFFER.version, build = version) =>
  answer(200, JSON.stringify({ status: "healthy", version, latest_version: version, latest_build: build }))
/** An answer with an appcast. */
export const appcastOf = (...items: string[]) =>
  answer(200, appcastXml(...items), { "content-type": "application/xml" })
/** The answer when no appcast can be made. */
export const ERROR = answer(500, "Error generating AppCast XML")

/** An update server like the predecessor. */
export function updateServer({
  health = healthy(),
  updates = healthy(),
  appcast = appcastOf(itemXml()),
}: Answers): RequestListener {
  return (request, response) => {
    const path = request.url?.split("?")[0]
    if (path === "/health") health(request, response)
    else if (path === "/updates/health") updates(request, response)
    else if (path === "/updates/appcast.xml") appcast(request, response)
    else response.writeHead(404).end()
  }
}

/** The endings of health, updates and appcast that fail. */
export function three(code: string, ofAppcast = code): string[] {
  return [`fail ${code}`, `fail ${code}`, `fail ${ofAppcast}`]
}
