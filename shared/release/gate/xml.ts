import { XMLParser, XMLValidator } from "fast-xml-parser"

/**
 * The most XML a gate holds and parses. A 2 GiB disk image or a package of 5,000 members stays below it; a parsed document
 * needs up to 60 times its size in memory.
 */
export const xmlLimitBytes = 4 * 1024 * 1024

/** An element: its own text without that of its children, which keep their order. */
export interface XmlElement {
  name: string
  text: string
  attributes: Record<string, string>
  children: XmlElement[]
}

// Entities stay as they are written: nothing the gate reads needs one, and none can grow.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  processEntities: false,
})

/** Parses a document into one nameless element around its roots. Throws an Error on what is no XML: the parser itself forgives much. */
export function parseXml(bytes: Uint8Array): XmlElement {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  const verdict = XMLValidator.validate(text)
  if (verdict !== true) throw new Error(`${verdict.err.msg} (line ${verdict.err.line})`)
  return element("", parser.parse(text), {})
}

/** The parser's own shape: `[{ tag: [children], ":@": { attribute: value } }, { "#text": "…" }]`. */
type Parsed = { [tag: string]: unknown; ":@"?: Record<string, string> }[]

function element(name: string, parsed: Parsed, attributes: Record<string, string>): XmlElement {
  const made: XmlElement = { name, text: "", attributes, children: [] }
  for (const { ":@": own = {}, ...node } of parsed) {
    for (const [tag, content] of Object.entries(node)) {
      if (Array.isArray(content)) made.children.push(element(tag, content, own))
      else if (tag === "#text") made.text += String(content)
    }
  }
  return made
}

/** The children of that name. */
export function childrenOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter((child) => child.name === name) ?? []
}

/** The first child of that name. */
export function childOf(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((child) => child.name === name)
}
