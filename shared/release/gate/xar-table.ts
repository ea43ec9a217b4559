import { inflateSync } from "node:zlib"
import type { Range } from "../../ports/inbox.ts"
import { type GateFile, invalid } from "./file.ts"
import { childOf, childrenOf, parseXml, type XmlElement } from "./xml.ts"

/** What the header of a package says about its table of contents, and where the heap behind it begins. */
export interface TableFacts {
  algorithm: string
  inflatedBytes: number
  heapAt: number
}

/** A member of the package as it lies in the heap; `offset` counts from the beginning of the file. */
export interface Member extends Range {
  /** Its path in the package. */
  name: string
  /** What its bytes in the heap must hash to. */
  checksum: { algorithm: string; hex: string }
}

/** Bytes of a digest, by the name that both xar and node:crypto give its algorithm. */
const digestBytes = new Map([
  ["sha1", 20],
  ["sha256", 32],
  ["sha384", 48],
  ["sha512", 64],
])

/**
 * Reads the table of contents: where its own digest stands, and every member that states a checksum. Everything the table
 * points at lies inside the file, else PKG_INVALID is thrown.
 */
export function readTable(
  file: GateFile,
  compressed: Uint8Array,
  facts: TableFacts,
): { digest: Range; members: Member[] } {
  const toc = childOf(childOf(inflated(file, compressed, facts.inflatedBytes), "xar"), "toc")
  const inHeap = (name: string, element: XmlElement, lengthName: string): Range => {
    const [offset, length] = [numberIn(element, "offset"), numberIn(element, lengthName)]
    const range = { offset: facts.heapAt + offset, length }
    if (range.offset + length <= file.sizeBytes) return range
    throw invalid(
      file,
      `is cut or damaged: ${name}, ${length} bytes at ${offset} of the heap at ${facts.heapAt}, does not fit in ${file.sizeBytes} bytes`,
    )
  }

  const checksum = childOf(toc, "checksum")
  const style = checksum?.attributes.style?.toLowerCase()
  const digest = checksum && inHeap("the digest of its table of contents", checksum, "size")
  if (digest === undefined || style !== facts.algorithm || digest.length !== digestBytes.get(style)) {
    throw invalid(
      file,
      `has a header that states ${facts.algorithm} and a table of contents that states ${style ?? "no checksum"}, ${digest?.length ?? 0} bytes`,
    )
  }
  for (const name of ["signature", "x-signature"]) {
    for (const signature of childrenOf(toc, name)) inHeap(`its ${name}`, signature, "size")
  }
  const members: Member[] = []
  for (const [name, element] of dataOf(toc)) {
    const range = inHeap(name, element, "length")
    const stated = childOf(element, "archived-checksum")
    const algorithm = stated?.attributes.style?.toLowerCase() ?? ""
    if (stated === undefined || !digestBytes.has(algorithm) || range.length === 0) continue
    members.push({ ...range, name, checksum: { algorithm, hex: stated.text.trim().toLowerCase() } })
  }
  return { digest, members }
}

/** The table as XML. The header says how much it inflates to, and no more than that is inflated. */
function inflated(file: GateFile, compressed: Uint8Array, inflatedBytes: number): XmlElement {
  try {
    const table = inflateSync(compressed, { maxOutputLength: inflatedBytes })
    if (table.byteLength !== inflatedBytes) throw new Error(`it inflates to ${table.byteLength} bytes`)
    return parseXml(table)
  } catch (cause) {
    const found = `has a damaged table of contents: its ${compressed.byteLength} bytes are no ${inflatedBytes} bytes of deflated XML`
    throw invalid(file, found, { cause })
  }
}

/** Every element that points at bytes in the heap: contents and extended attributes, of files in folders at any depth. */
function* dataOf(folder: XmlElement | undefined, path = ""): Generator<[name: string, element: XmlElement]> {
  for (const entry of childrenOf(folder, "file")) {
    const name = `${path}${childOf(entry, "name")?.text ?? "?"}`
    for (const element of [...childrenOf(entry, "data"), ...childrenOf(entry, "ea")]) {
      if (childOf(element, "offset") !== undefined) yield [name, element]
    }
    yield* dataOf(entry, `${name}/`)
  }
}

/** A number of the table; one that is missing or no number is infinite, so that it fits in no file. */
function numberIn(element: XmlElement, name: string): number {
  const text = childOf(element, name)?.text.trim() ?? ""
  return /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
}
