import { isMap, isScalar, type Node, parseAllDocuments } from "yaml"
import type { Span } from "./span.ts"

/** The scalars under keys joined by dots. One document without doubled keys; an alias is not followed. */
export function findInYaml(text: string, path: string): Span[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true })
  const [document, second] = Array.isArray(documents) ? documents : []
  if (!document) return []
  if (second) throw new Error("holds more than one YAML document")
  const [error] = document.errors
  if (error) throw new Error(`is not YAML: ${error.message.split("\n")[0]}`)
  let node: unknown = document.contents
  for (const key of path.split(".")) node = isMap(node) ? node.get(key, true) : undefined
  if (node === undefined || node === null) return []
  if (!isScalar(node)) throw new Error(`has no plain value at ${path}`)
  const [start, end] = (node as Node).range ?? []
  if (start === undefined || end === undefined) return []
  const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE"
  return [quoted ? { start: start + 1, end: end - 1 } : { start, end }]
}
