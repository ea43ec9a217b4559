import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser"
import { lineAt, type Span } from "./span.ts"

/** The text under keys joined by dots. Strict JSON, in which none of these keys stands twice: readers would differ. */
export function findInJson(text: string, path: string): Span[] {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { disallowComments: true })
  const [error] = errors
  if (error) throw new Error(`is not JSON: ${printParseErrorCode(error.error)} in line ${lineAt(text, error.offset)}`)
  let node = root
  for (const key of path.split(".")) node = node && under(node, key, text)
  if (!node) return []
  const { type, offset, length, value } = node
  if (type !== "string") throw new Error(`has no text at ${path}, in line ${lineAt(text, offset)}`)
  const span = { start: offset + 1, end: offset + length - 1 }
  if (text.slice(span.start, span.end) !== value)
    throw new Error(`has escapes at ${path}, in line ${lineAt(text, offset)}`)
  return [span]
}

function under({ type, children = [] }: Node, key: string, text: string): Node | undefined {
  if (type !== "object") return undefined
  const [found, second] = children.filter(({ children: [name] = [] }) => name?.value === key)
  if (second) throw new Error(`has ${key} more than once, the second time in line ${lineAt(text, second.offset)}`)
  return found?.children?.[1]
}
