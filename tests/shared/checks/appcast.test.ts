import { describe, expect, it } from "vitest"
import { judgeAppcast } from "../../../shared/checks/appcast.ts"
import type { Offered } from "../../../shared/checks/sight.ts"
import { OFFER } from "./odd-web-server.ts"
import { appcastXml, BOMB, itemXml } from "./update-server.ts"

type Comparable = Parameters<typeof judgeAppcast>[2]

const judge = (text: string, offered: Comparable = { offer: OFFER }, status = 200) =>
  [judgeAppcast("app.example/appcast.xml", { status, text }, offered)].flat()
const told = (...args: Parameters<typeof judge>) =>
  judge(...args).map(({ outcome, code }) => [outcome, code].filter(Boolean).join(" "))
const sound = appcastXml(itemXml())

describe("the judge of the appcast", () => {
  it.each<[string, string]>([
    ["the predecessor's", sound],
    ["one with a byte-order mark", `\ufeff${sound}`],
    ["one with Windows line ends", sound.replaceAll("\n", "\r\n")],
    [
      "one with older items, in any order",
      appcastXml(itemXml({ version: "1.6.1.9" }), itemXml(), itemXml({ version: "1.6.1.43" })),
    ],
    [
      "one whose comments, text and instructions hold markup",
      sound.replace(
        "<language>",
        "<!-- <!DOCTYPE & --><?x & ?><description><![CDATA[<!DOCTYPE html> & <p]]></description><language>",
      ),
    ],
    [
      "one whose versions are elements",
      sound
        .replace(/sparkle:(version|shortVersionString)="[^"]*"/g, "")
        .replace(
          "<pubDate>",
          "<sparkle:version>1.6.1.44</sparkle:version><sparkle:shortVersionString>1.6.1.44</sparkle:shortVersionString><pubDate>",
        ),
    ],
    ["one with a signature after its end", `${sound}<!-- sparkle-signatures:\nedSignature: abc=\nlength: 7\n-->\n`],
  ])("passes %s", (_what, text) => expect(told(text)).toEqual(["pass"]))

  it.each<[string, string]>([
    ["&", "&amp;"],
    ["&", "&#38;"],
    ["&", "&#x26;"],
    ['"', "&quot;"],
  ])("reads %s that is written %s", (character, written) => {
    const offer = { ...OFFER, url: `https://files.example/App.dmg?a=1${character}b=2` }
    expect(told(appcastXml(itemXml({ url: `https://files.example/App.dmg?a=1${written}b=2` })), { offer })).toEqual([
      "pass",
    ])
  })

  it.each<[string, string]>([
    ["nothing", ""],
    ["a page", "<!DOCTYPE html><html><body>Sign in</body></html>"],
    ["JSON", "{}"],
    ["half of one", sound.slice(0, sound.length / 2)],
    ["one without its last tag", sound.replace("</rss>", "")],
    ["a bare & in the address", appcastXml(itemXml({ url: `${OFFER.url}?a=1&b=2` }))],
    ["a bare & in a text", sound.replace("App Updates", "Salt & Pepper")],
    ["a reference to nothing", sound.replace("App Updates", "Caf&eacute;")],
    ["a bare < in a value", sound.replace(OFFER.url, "https://files.example/<App>.dmg")],
    ["a value without quotes", sound.replace(/length="(\d+)"/, "length=$1")],
    ["an attribute twice", sound.replace("type=", 'length="1" type=')],
    ["tags that cross", sound.replace("</item>", "</channel>")],
    ["a prefix that nobody has declared", sound.replace(/ xmlns:sparkle="[^"]*"/, "")],
    ["another prefix that nobody has declared", sound.replace("<language>", "<dc:date>now</dc:date><language>")],
    ["another namespace", sound.replace("xml-namespaces/sparkle", "xml-namespaces/other")],
    ["two roots", `${sound}<rss version="2.0"/>`],
    ["text after its end", `${sound}and more`],
    ["a control character", sound.replace("App Updates", "App\u0007Updates")],
    ["a DOCTYPE", sound.replace("<rss", "<!DOCTYPE rss>\n<rss")],
    ["a DOCTYPE that fetches", sound.replace("<rss", '<!DOCTYPE rss SYSTEM "file:///etc/passwd">\n<rss')],
    ["a billion laughs", BOMB],
    ["a thousand tags in each other", `${"<a>".repeat(1000)}${"</a>".repeat(1000)}`],
    ["another root", sound.replaceAll("rss", "feed")],
    ["no item", appcastXml()],
    ["an item without an enclosure", sound.replace(/<enclosure[^>]*>/, "")],
    ["an item with two", sound.replace(/(<enclosure[^>]*>)/, "$1$1")],
    ["an item without a version", sound.replace(/sparkle:version="[^"]*"/, "")],
    ["an item without an address", sound.replace(/url="[^"]*"/, "")],
    ["a bad item beside a good one", appcastXml(itemXml(), itemXml({ version: "" }))],
    ["versions without an order", appcastXml(itemXml(), itemXml({ version: "1.6.1.44-beta" }))],
  ])("finds %s invalid", (_what, text) => expect(told(text)).toEqual(["fail APPCAST_INVALID"]))

  it("says where a bare & stands", () => {
    expect(judge(appcastXml(itemXml({ url: `${OFFER.url}?a=1&b=2` })))[0]?.message).toBe(
      "app.example/appcast.xml is no appcast that clients can read: a bare & stands in line 10, where &amp; belongs",
    )
  })

  it.each<[string, string, string[]]>([
    ["an older version", itemXml({ version: "1.6.1.43" }), ["sparkle:version", "sparkle:shortVersionString"]],
    ["another build", itemXml({ version: "1001", shortVersion: "1.6.1.44" }), ["sparkle:version"]],
    ["another short version", itemXml({ shortVersion: "1.6.1" }), ["sparkle:shortVersionString"]],
    ["another address", itemXml({ url: OFFER.url.replace(".44", ".43") }), ["url"]],
    ["an address with a blank", itemXml({ url: `${OFFER.url} ` }), ["url"]],
    ["another length", itemXml({ length: "275899821" }), ["length"]],
    ["no length", itemXml({ length: "" }), ["length"]],
    ["a length that is no number", itemXml({ length: "275899820.0" }), ["length"]],
    [
      "the feed itself as the file",
      itemXml({ url: "https://app.example/appcast.xml", length: "33" }),
      ["url", "length"],
    ],
    [
      "nothing of it",
      itemXml({ version: "2.0", url: "https://x.example/", length: "1" }),
      ["sparkle:version", "sparkle:shortVersionString", "url", "length"],
    ],
  ])("tells each difference of %s", (_what, item, differences) => {
    const findings = judge(appcastXml(item))
    expect(findings.map(({ code }) => code)).toEqual(differences.map(() => "APPCAST_DIFFERS"))
    for (const [i, what] of differences.entries()) expect(findings[i]?.message).toContain(` says ${what} `)
  })

  it("takes sparkle:version for the build", () => {
    const offer = { ...OFFER, version: "1.6.1" }
    expect(told(appcastXml(itemXml({ shortVersion: "1.6.1" })), { offer })).toEqual(["pass"])
    expect(told(appcastXml(itemXml({ version: "1.6.1" })), { offer })).toEqual(["fail APPCAST_DIFFERS"])
  })

  it("judges the newest item, wherever it stands", () => {
    const beta = itemXml({ version: "1.6.1.100" })
    expect(told(appcastXml(beta, itemXml()))).toEqual(["fail APPCAST_DIFFERS", "fail APPCAST_DIFFERS"])
    expect(told(appcastXml(itemXml(), beta))).toEqual(["fail APPCAST_DIFFERS", "fail APPCAST_DIFFERS"])
  })

  it("judges both of two items with the newest version", () => {
    expect(told(appcastXml(itemXml(), itemXml({ length: "1" })))).toEqual(["fail APPCAST_DIFFERS"])
  })

  it.each<[number, string, string, RegExp]>([
    [500, "Error generating AppCast XML", "APPCAST_INVALID", /byte-order mark/],
    [500, '{"status": "unhealthy"}', "ENDPOINT_UNHEALTHY", /log/],
    [502, "<html>", "ENDPOINT_UNHEALTHY", /restart its service/],
    [404, "", "APPCAST_INVALID", /old one beside/],
  ])("knows what %i with %j means", (status, text, code, remedy) => {
    const [finding] = judge(text, { offer: OFFER }, status)
    expect(finding).toMatchObject({ outcome: "fail", code, remedy: expect.stringMatching(remedy) })
  })

  it("warns when nobody can say what it should offer, and still finds it invalid", () => {
    const unknown: Offered = { unknown: "the manifest is not sound" }
    expect(told(sound, unknown)).toEqual(["warn MANIFEST_DIFFERS"])
    expect(told(BOMB, unknown)).toEqual(["fail APPCAST_INVALID"])
  })

  it.each<[string, string]>([
    ["open tags", "<a>".repeat(350_000)],
    ["comments that never end", "<!--".repeat(260_000)],
    ["texts that never end", `<a>${"<![CDATA[".repeat(110_000)}`],
    ["instructions", "<?".repeat(520_000)],
    ["comments", `<a>${"<!---->".repeat(149_000)}</a>`],
    ["references", `<a>${"&amp;".repeat(209_000)}</a>`],
    ["half references", `<a>${"&#".repeat(520_000)}</a>`],
    ["attributes", `<a ${Array.from({ length: 80_000 }, (_, i) => `b${i}="1"`).join(" ")}/>`],
    ["items", appcastXml(...Array.from({ length: 2000 }, () => itemXml({ version: "" })))],
  ])("takes a moment for a whole mebibyte of %s", (_what, text) => {
    const begun = performance.now()
    expect(told(text)).toEqual(["fail APPCAST_INVALID"])
    // A second here; quadratic time would be hours.
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})
