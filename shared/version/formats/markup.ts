import { XMLValidator } from "fast-xml-parser"
import type { Span } from "./span.ts"

/** A tag with its place. `<a/>` is `empty`. */
interface Tag extends Span {
  kind: "open" | "close" | "empty"
  name: string
  attributes: Attribute[]
}

/** Where an attribute's value stands, without its quotes. */
interface Attribute extends Span {
  name: string
  value: string
}

/** Comments, CDATA sections and processing instructions, in which a tag is none. (XML 1.0, sections 2.5 to 2.7) */
const HIDDEN = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g

/** Declarations of a document's own: entities, which may hold tags, and defaults of attributes. (XML 1.0, section 2.8) */
const DECLARATIONS = /<!DOCTYPE[^[>]*\[/

/** White space is these four. (XML 1.0, section 2.3) */
const TAG =
  /<(\/?)([\p{L}\p{M}\p{N}_.:-]+)((?:[ \t\r\n]+[\p{L}\p{M}\p{N}_.:-]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*'))*)[ \t\r\n]*(\/?)>/dgu

const ATTRIBUTE = /([\p{L}\p{M}\p{N}_.:-]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/dgu

/** The tags of a document, in their order. Throws an Error when it is not well-formed: then tags may be anything. */
export function tagsOf(text: string): Tag[] {
  const valid = XMLValidator.validate(text)
  if (valid !== true) {
    const { line, msg } = valid.err
    throw new Error(`is not XML: line ${line}: ${msg.slice(0, 120).replace(/\.$/, "")}`)
  }
  // As blanks: what stands after them keeps its place.
  const bare = text.replace(HIDDEN, (hidden) => " ".repeat(hidden.length))
  if (DECLARATIONS.test(bare)) throw new Error("has a DOCTYPE with declarations of its own, which could mean anything")
  return [...bare.matchAll(TAG)].map(({ 0: whole, 1: slash, 2: name = "", 3: list = "", 4: end, index, indices }) => ({
    kind: slash ? "close" : end ? "empty" : "open",
    name,
    attributes: attributesOf(list, indices?.[3]?.[0] ?? index),
    start: index,
    end: index + whole.length,
  }))
}

/** The text between an open tag and the close that comes right after it; undefined where something else does. */
export function textBetween(text: string, open: Tag, close: Tag | undefined): Span | undefined {
  if (open.kind !== "open" || close?.kind !== "close" || close.name !== open.name) return undefined
  // A comment or CDATA in between is part of no value.
  return text.slice(open.end, close.start).includes("<") ? undefined : { start: open.end, end: close.start }
}

function attributesOf(list: string, base: number): Attribute[] {
  return [...list.matchAll(ATTRIBUTE)].map(({ 1: name = "", 2: double, 3: single, indices }) => {
    const [start = 0, end = 0] = indices?.[2] ?? indices?.[3] ?? []
    return { name, value: double ?? single ?? "", start: base + start, end: base + end }
  })
}
