import type { Span } from "./span.ts"

const PATH = /^([\w.:-]+)(?:\[([\w.:-]+)=([^\]]*)\])?@([\w.:-]+)$/

/** The values of an attribute: `element@attribute`, of those only whose other attribute has a value `element[attribute=value]@attribute`. */
export function findInXml(text: string, path: string): Span[] {
  const [, element, key, value, attribute] = PATH.exec(path) ?? []
  if (!element || !attribute) throw new Error(`needs a path like element[attribute=value]@attribute, not ${path}`)
  const tags = withoutComments(text).matchAll(/<([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g)
  return [...tags].flatMap((tag) => {
    const [whole, name, list = ""] = tag
    const base = tag.index + whole.indexOf(list, 1 + (name?.length ?? 0))
    const found = attributesOf(list, base)
    const meant = key === undefined || found.some((each) => each.name === key && each.value === value)
    return name === element && meant
      ? found.filter((each) => each.name === attribute).map(({ start, end }) => ({ start, end }))
      : []
  })
}

function attributesOf(list: string, base: number): (Span & { name: string; value: string })[] {
  return [...list.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/dg)].map(
    ({ 1: name = "", 2: double, 3: single, indices }) => {
      const [start = 0, end = 0] = indices?.[2] ?? indices?.[3] ?? []
      return { name, value: double ?? single ?? "", start: base + start, end: base + end }
    },
  )
}

/** Comments as blanks: what stands after them keeps its place. */
export function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, " "))
}
