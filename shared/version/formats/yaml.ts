import { isMap, isScalar, parseAllDocuments, type Scalar } from "yaml"
import { lineAt, type Span } from "./span.ts"

/**
 * The scalar under keys joined by dots, in quotes or without. One document without doubled keys; aliases are not followed, and a
 * value that others repeat by its anchor is none of ours.
 */
export function findInYaml(text: string, path: string): Span[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true })
  const [document, second] = Array.isArray(documents) ? documents : []
  if (!document) return []
  if (second) throw new Error("holds more than one YAML document")
  const [error] = document.errors
  if (error) throw new Error(`is not YAML: ${error.message.split(/:?\n/)[0]}`)
  let node: unknown = document.contents
  for (const key of path.split(".")) node = isMap(node) ? node.get(key, true) : undefined
  if (node === undefined || node === null) return []
  if (!isScalar(node) || node.anchor !== undefined) throw new Error(`has no plain value at ${path}`)
  return spanOf(node, text, path)
}

/** Nothing but the characters of the value itself may be replaced, so they must be the value: no escapes, no folded lines, no blocks. */
function spanOf({ range, type, source }: Scalar, text: string, path: string): Span[] {
  if (!range) return []
  const quotes = type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE" ? 1 : 0
  const [start, end] = [range[0] + quotes, range[1] - quotes]
  // After `key:` alone there is no place for a value yet.
  if (quotes === 0 && start === end) return []
  if (text.slice(start, end) !== source)
    throw new Error(`has no plain value at ${path}, in line ${lineAt(text, start)}: it is folded, escaped or a block`)
  return [{ start, end }]
}
