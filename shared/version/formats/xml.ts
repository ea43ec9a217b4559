import { tagsOf, textBetween } from "./markup.ts"
import type { Span } from "./span.ts"

const PATH = /^([\p{L}\p{M}\p{N}_.:-]+)(?:\[([\p{L}\p{M}\p{N}_.:-]+)=([^\]]*)\])?(?:@([\p{L}\p{M}\p{N}_.:-]+))?$/u

/**
 * The values of an attribute, `element@attribute`, or the texts of an element, `element`; of those only whose other attribute has
 * a value, `element[attribute=value]@attribute` and `element[attribute=value]`. An element that holds others has no text.
 */
export function findInXml(text: string, path: string): Span[] {
  const [, element, key, value, attribute] = PATH.exec(path) ?? []
  if (!element) throw new Error(`needs a path like element[attribute=value]@attribute, not ${path}`)
  const tags = tagsOf(text)
  return tags.flatMap((tag, at) => {
    if (tag.kind === "close" || tag.name !== element) return []
    if (key !== undefined && !tag.attributes.some((each) => each.name === key && each.value === value)) return []
    if (attribute === undefined) return textBetween(text, tag, tags[at + 1]) ?? []
    return tag.attributes.filter(({ name }) => name === attribute).map(({ start, end }) => ({ start, end }))
  })
}
