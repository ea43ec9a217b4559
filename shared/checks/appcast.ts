import { compareVersions, isComparable } from "../version/version.ts"
import { attributeOf, childrenOf, readXml, textOf, type Xml } from "./appcast-xml.ts"
import { type Check, type Finding, fail, pass, skip } from "./check.ts"
import { type Answer, incomparable, isPage, judgeStatus, placeOf, quote, RESTORE } from "./endpoint.ts"
import type { Offer } from "./offer.ts"
import type { Offered } from "./sight.ts"

const MAX_BYTES = 1024 * 1024

/** The namespace of every `sparkle:` name. (Sparkle's documentation, "Publishing an update") */
const SPARKLE = "http://www.andymatuschak.org/xml-namespaces/sparkle"

/** What clients are really offered. */
export const appcast: Check = {
  id: "appcast",
  title: "The appcast offers what was released",
  timeoutMs: 15_000,
  tries: 3,
  async run({ world, offered }, signal) {
    const address = world.endpoints?.appcast
    if (address === undefined) return skip("no endpoints are configured")
    const expected = await offered()
    if (expected.nothing) return skip("nothing is offered yet")
    return judgeAppcast(placeOf(address), await world.web.read(address, { maxBytes: MAX_BYTES, signal }), expected)
  },
}

/** One update that the appcast offers. */
interface Item {
  version: string
  shortVersion: string | undefined
  url: string
  length: string | undefined
}

/**
 * Judges the appcast as a client reads it: well-formed, every item whole (APPCAST_INVALID), and the newest one the offered
 * release, each difference a finding of its own (APPCAST_DIFFERS). A server that is down is ENDPOINT_UNHEALTHY.
 */
export function judgeAppcast(
  place: string,
  answer: Answer,
  offered: Exclude<Offered, { nothing: true }>,
): Finding | Finding[] {
  const silent = judgeSilence(place, answer)
  if (silent) return silent
  const read = readItems(answer.text)
  if ("wrong" in read) return fail("APPCAST_INVALID", `${place} is no appcast that clients can read: ${read.wrong}`)
  if (offered.unknown !== undefined) return incomparable(place, offered.unknown)
  const differences = newestOf(read.items).flatMap((item) => judgeItem(place, item, offered.offer))
  if (differences.length > 0) return differences
  return pass(`${place} offers ${offered.offer.version}, with the manifest's address and size`)
}

/** An answer that is no appcast at all, or undefined. */
function judgeSilence(place: string, answer: Answer): Finding | undefined {
  const { status, text } = answer
  // The server's own words, in plain text, when a manifest is no use to it.
  if (status === 500 && /^\s*Error generating AppCast/i.test(text.slice(0, 1000))) {
    return fail(
      "APPCAST_INVALID",
      `${place} answered 500: the server cannot make an appcast of the manifest it has`,
      `${RESTORE}: the manifest there is absent, empty, cut off, begins with a byte-order mark, or has no https address. The health answers do not tell.`,
    )
  }
  if (status === 404) {
    return fail(
      "APPCAST_INVALID",
      `${place} answered 404: there is no appcast`,
      "Look at the manifests on the VM: an old one beside manifest.json can hide it. If the appcast was never here, correct endpoints.appcast in the configuration.",
    )
  }
  const wrongStatus = judgeStatus(place, answer)
  if (wrongStatus) return wrongStatus
  if (!isPage(text)) return undefined
  const remedy = "Look what answers at this address: the proxy, or a sign-in, stands before the appcast."
  return fail("APPCAST_INVALID", `${place} answered with a page for people instead of an appcast`, remedy)
}

/** Every item, or what is wrong. One bad item is enough for clients to give the whole appcast up. */
function readItems(text: string): { items: Item[] } | { wrong: string } {
  const read = readXml(text)
  if ("wrong" in read) return read
  if (read.name !== "rss") return { wrong: `its root is ${quote(read.name)}, not rss` }
  if (attributeOf(read.root, "xmlns:sparkle") !== SPARKLE)
    return { wrong: "rss does not declare the sparkle namespace" }
  const found = childrenOf(read.root, "channel").flatMap((channel) => childrenOf(channel, "item"))
  const items: Item[] = []
  for (const item of found.map(itemOf)) {
    if ("wrong" in item) return item
    items.push(item)
  }
  if (items.length === 0) return { wrong: "it holds no item" }
  const odd = items.find(({ version }) => !isComparable(version))
  if (odd && items.length > 1) return { wrong: `nobody can order ${quote(odd.version)} among its versions` }
  return { items }
}

/** Sparkle takes the versions from the enclosure first, and else from elements of the item. */
function itemOf(item: Xml): Item | { wrong: string } {
  const [enclosure, another] = childrenOf(item, "enclosure")
  if (!enclosure || another) return { wrong: "an item has not exactly one enclosure" }
  const said = (name: string) => attributeOf(enclosure, name) ?? textOf(childrenOf(item, name)[0])
  const version = said("sparkle:version")
  const url = attributeOf(enclosure, "url")
  if (!version) return { wrong: "an item has no sparkle:version" }
  if (!url) return { wrong: "an enclosure has no url" }
  return { version, shortVersion: said("sparkle:shortVersionString"), url, length: attributeOf(enclosure, "length") }
}

/** The newest item; of several with that version any may be taken, so all are. */
function newestOf(items: readonly Item[]): readonly Item[] {
  if (items.length === 1) return items
  const newest = items.map(({ version }) => version).reduce((a, b) => (compareVersions(a, b) < 0 ? b : a))
  return items.filter(({ version }) => compareVersions(version, newest) === 0)
}

function judgeItem(place: string, { version, shortVersion, url, length }: Item, offer: Offer): Finding[] {
  const facts: [what: string, found: string | undefined, expected: string, remedy?: string][] = [
    ["sparkle:version", version, offer.build, VERSION_REMEDY],
    ["sparkle:shortVersionString", shortVersion, offer.version, VERSION_REMEDY],
    ["url", url, offer.url],
    ["length", length, String(offer.sizeBytes)],
  ]
  return facts.flatMap(([what, found, expected, remedy]) =>
    found === expected
      ? []
      : [fail("APPCAST_DIFFERS", `${place} says ${what} ${quote(found)}, expected ${quote(expected)}`, remedy)],
  )
}

const VERSION_REMEDY = `${RESTORE}: an old manifest, or a beta one that is served while manifest.json is missing, offers clients another version.`
