import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser"
import type { Span } from "./span.ts"

/** The texts under keys joined by dots; a key that is there twice gives both. */
export function findInJson(text: string, path: string): Span[] {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { disallowComments: true })
  const [error] = errors
  if (error) throw new Error(`is not JSON: ${printParseErrorCode(error.error)} at character ${error.offset}`)
  const nodes = path.split(".").reduce((level, key) => level.flatMap((node) => under(node, key)), root ? [root] : [])
  return nodes.map(({ type, offset, length }) => {
    if (type !== "string") throw new Error(`has no text at ${path}`)
    return { start: offset + 1, end: offset + length - 1 }
  })
}

function under(node: Node, key: string): Node[] {
  const properties = node.type === "object" ? (node.children ?? []) : []
  return properties.flatMap(({ children: [name, value] = [] }) => (name?.value === key && value ? [value] : []))
}
