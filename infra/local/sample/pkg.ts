import { createHash } from "node:crypto"
import { writeFile } from "node:fs/promises"
import { deflateSync } from "node:zlib"
import { noise } from "./noise.ts"

const headerBytes = 28
const digestBytes = 20

/** What stands in the heap for a member; `open` gives the bytes as they are stored, anew each time. */
interface Content {
  name: string
  encoding: "application/x-gzip" | "application/octet-stream"
  plainBytes: number
  storedBytes: number
  plainDigest: string
  storedDigest: string
  open(): Iterable<Uint8Array>
}

/** What a package is made of; `payloadBytes` is most of its size. */
export interface PkgOptions {
  payloadBytes: number
  seed: string
  product: string
  version: string
}

/**
 * Writes an installer package (xar, SHA-1 throughout as productbuild has it) whose payload has `payloadBytes` bytes of noise: the rest adds about
 * 2 kB. Every tool lists and unpacks it; no Installer finds anything to install. Nothing is held in memory.
 */
export async function writePkg(path: string, options: PkgOptions): Promise<void> {
  await writeFile(path, packageOf(options))
}

function* packageOf({ payloadBytes, seed, product, version }: PkgOptions): Generator<Uint8Array> {
  const identifier = `app.slipway.sample.${product.toLowerCase()}`
  const distribution = text("Distribution", distributionXml(product, version, identifier))
  const folder = [
    text("PackageInfo", packageInfoXml(product, version, identifier)),
    content("Payload", "application/octet-stream", () => noise(seed, payloadBytes)),
  ]
  const xml = tableXml(`${product}-component.pkg`, distribution, folder)
  const table = deflateSync(xml)
  yield header(table.byteLength, xml.byteLength)
  yield table
  yield createHash("sha1").update(table).digest()
  for (const member of [distribution, ...folder]) yield* member.open()
}

function header(tableBytes: number, inflatedBytes: number): Buffer {
  const xar = Buffer.alloc(headerBytes)
  xar.write("xar!")
  xar.writeUInt16BE(headerBytes, 4)
  xar.writeUInt16BE(1, 6)
  xar.writeBigUInt64BE(BigInt(tableBytes), 8)
  xar.writeBigUInt64BE(BigInt(inflatedBytes), 16)
  xar.writeUInt32BE(1, 24) // SHA-1
  return xar
}

/** A text, deflated. What xar calls gzip is a zlib stream. */
function text(name: string, xml: string): Content {
  const plain = Buffer.from(xml)
  const stored = content(name, "application/x-gzip", () => [deflateSync(plain)])
  return { ...stored, plainBytes: plain.byteLength, plainDigest: createHash("sha1").update(plain).digest("hex") }
}

/** Reads the content once, because its digest stands in the file before it. */
function content(name: string, encoding: Content["encoding"], open: () => Iterable<Uint8Array>): Content {
  const hash = createHash("sha1")
  let bytes = 0
  for (const chunk of open()) {
    hash.update(chunk)
    bytes += chunk.byteLength
  }
  const digest = hash.digest("hex")
  return { name, encoding, plainBytes: bytes, storedBytes: bytes, plainDigest: digest, storedDigest: digest, open }
}

/** The table of contents: one text at the top, the component's files in their folder, in the order of the heap. */
function tableXml(folderName: string, top: Content, folder: readonly Content[]): Buffer {
  let offset = digestBytes
  const entry = (member: Content, id: number): string => {
    const xml = `<file id="${id}">
 <data>
  <length>${member.storedBytes}</length>
  <offset>${offset}</offset>
  <size>${member.plainBytes}</size>
  <encoding style="${member.encoding}"/>
  <extracted-checksum style="sha1">${member.plainDigest}</extracted-checksum>
  <archived-checksum style="sha1">${member.storedDigest}</archived-checksum>
 </data>
 <mode>0644</mode><type>file</type><name>${member.name}</name>
</file>
`
    offset += member.storedBytes
    return xml
  }
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<xar><toc>
<creation-time>2026-01-01T00:00:00</creation-time>
<checksum style="sha1"><offset>0</offset><size>${digestBytes}</size></checksum>
${entry(top, 1)}<file id="2">
<mode>0755</mode><type>directory</type><name>${folderName}</name>
${folder.map((member, index) => entry(member, index + 3)).join("")}</file>
</toc></xar>
`)
}

function distributionXml(product: string, version: string, identifier: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<installer-gui-script minSpecVersion="2">
    <title>${product}</title>
    <options customize="never" hostArchitectures="arm64,x86_64"/>
    <allowed-os-versions><os-version min="12.0"/></allowed-os-versions>
    <choices-outline><line choice="default"/></choices-outline>
    <choice id="default"><pkg-ref id="${identifier}"/></choice>
    <pkg-ref id="${identifier}" version="${version}">#${product}-component.pkg</pkg-ref>
</installer-gui-script>
`
}

function packageInfoXml(product: string, version: string, identifier: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<pkg-info format-version="2" identifier="${identifier}" version="${version}" install-location="/Applications">
    <bundle path="./${product}.app" id="${identifier}" CFBundleShortVersionString="${version}" CFBundleVersion="${version}"/>
</pkg-info>
`
}
