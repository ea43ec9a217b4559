import { XMLParser, XMLValidator } from "fast-xml-parser"

/** An element: its attributes under `@name`, its own text under `#text`, its children in lists under their names. */
export interface Xml {
  readonly [key: string]: string | readonly Xml[] | undefined
}

// References are left as they are written: ours are decoded below, and none can grow.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  alwaysCreateTextNode: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
})

/**
 * Reads a document as strictly as clients do, and answers its root's name and element, or what is wrong with it in a few words.
 * A DOCTYPE is refused whatever it says: no appcast has one, and entities can unfold without end.
 */
export function readXml(text: string): { name: string; root: Xml } | { wrong: string } {
  const xml = text.replace(/^\ufeff/, "")
  const markup = markupOf(xml)
  if (/<!(?!--|\[CDATA\[)/.test(markup)) return { wrong: "it declares a document type (DOCTYPE)" }
  const reference = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/.exec(markup)
  if (reference) return { wrong: `a bare & stands in line ${lineAt(markup, reference.index)}, where &amp; belongs` }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those that XML forbids. (XML 1.0, section 2.2)
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(xml)) return { wrong: "it holds control characters" }
  const valid = XMLValidator.validate(xml)
  if (valid !== true) return { wrong: `line ${valid.err.line}: ${words(valid.err.msg)}` }
  try {
    const parsed = parser.parse(xml) as Xml
    const roots = Object.entries(parsed).flatMap(([name, found]) =>
      Array.isArray(found) ? found.map((root: Xml) => ({ name, root })) : [],
    )
    const [first] = roots
    if (!first || roots.length > 1) return { wrong: "it has not exactly one root" }
    const wrong = faultIn(first.name, first.root, new Set(["xml", "xmlns"]))
    return wrong === undefined ? first : { wrong }
  } catch (error) {
    return { wrong: words((error as Error).message) }
  }
}

/** The parser's own words. They may quote the document at any length. */
function words(message: string): string {
  return message.slice(0, 120).replace(/\.$/, "")
}

/** Comments, text that is no markup, and instructions: what they hold is nobody's business. */
const HIDDEN = { "<!--": "-->", "<![CDATA[": "]]>", "<?": "?>" } as const

/** The document without them; their lines are kept. In one pass, whatever the document holds. */
function markupOf(xml: string): string {
  let markup = ""
  let from = 0
  for (const { index, 0: open } of xml.matchAll(/<!--|<!\[CDATA\[|<\?/g)) {
    if (index < from) continue
    const close = HIDDEN[open as keyof typeof HIDDEN]
    const end = xml.indexOf(close, index + open.length)
    if (end === -1) break
    markup += xml.slice(from, index) + xml.slice(index, end).replace(/[^\n]+/g, "")
    from = end + close.length
  }
  return markup + xml.slice(from)
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length
}

/** What the validator lets pass and clients do not: `<` in a value, and prefixes that nobody has declared. */
function faultIn(name: string, element: Xml, outer: ReadonlySet<string>): string | undefined {
  const attributes = Object.keys(element).filter((key) => key.startsWith("@"))
  const scope = new Set([...outer, ...attributes.flatMap((key) => /^@xmlns:(.+)$/.exec(key)?.[1] ?? [])])
  for (const named of [name, ...attributes.map((key) => key.slice(1))]) {
    const [prefix, local] = named.split(":")
    if (local !== undefined && !scope.has(prefix ?? ""))
      return `nobody has declared the prefix of ${named.slice(0, 60)}`
  }
  if (attributes.some((key) => String(element[key]).includes("<"))) return `an attribute of ${name} holds a bare <`
  for (const [child, found] of Object.entries(element)) {
    if (!Array.isArray(found)) continue
    for (const one of found as Xml[]) {
      const fault = faultIn(child, one, scope)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

/** The children of that name. */
export function childrenOf(element: Xml | undefined, name: string): readonly Xml[] {
  const found = element?.[name]
  return Array.isArray(found) ? (found as readonly Xml[]) : []
}

/** An attribute's value as clients read it, or undefined. */
export function attributeOf(element: Xml | undefined, name: string): string | undefined {
  return decoded(element?.[`@${name}`])
}

/** An element's own text as clients read it, or undefined. */
export function textOf(element: Xml | undefined): string | undefined {
  return decoded(element?.["#text"])?.trim()
}

const NAMED: { readonly [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }

function decoded(value: Xml[string]): string | undefined {
  if (typeof value !== "string") return undefined
  return value.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (name) return NAMED[name] ?? all
    const point = Number.parseInt(hex ?? decimal, hex ? 16 : 10)
    return point <= 0x10ffff ? String.fromCodePoint(point) : all
  })
}
