import { type Document, isAlias, isMap, isScalar, Lexer, Parser, parseAllDocuments, type Scalar, visit } from "yaml"
import { lineAt, mustEndLinesAlike, type Span } from "./span.ts"

/** More levels than any configuration has. */
const DEPTH = 200

/**
 * The scalar under keys joined by dots, in quotes or without. One document without doubled keys; aliases are not followed, and a
 * value that others repeat by an anchor, its own or one around it, is none of ours.
 */
export function findInYaml(text: string, path: string): Span[] {
  mustEndLinesAlike(text)
  mustBeShallow(text)
  // The library's own search for doubled keys compares each with every other: minutes for a file of 1 MB.
  const documents = parseAllDocuments(text, { uniqueKeys: false })
  const [document, second] = Array.isArray(documents) ? documents : []
  if (!document) return []
  if (second) throw new Error("holds more than one YAML document")
  const [error] = document.errors
  if (error) throw new Error(`is not YAML: ${error.message.split(/:?\n/)[0]}`)
  mustNameKeysOnce(document, text)
  let node: unknown = document.contents
  for (const key of path.split(".")) {
    if (isMap(node) && node.anchor !== undefined) throw new Error(`has no plain value at ${path}`)
    node = isMap(node) ? node.get(key, true) : undefined
  }
  if (node === undefined || node === null) return []
  if (!isScalar(node) || node.anchor !== undefined) throw new Error(`has no plain value at ${path}`)
  return spanOf(node, text, path)
}

/** The library composes level by level within each other: a stack that overflows there can end the whole process. */
function mustBeShallow(text: string): void {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    // What it yields are whole documents; only how deep it stands is asked.
    for (const _document of parser.next(lexeme));
    if (parser.stack.length > DEPTH) throw new Error(`is nested deeper than ${DEPTH} levels`)
  }
}

/** Readers differ in which of two they take, and in whether `1` and `"1"` are two. */
function mustNameKeysOnce(document: Document, text: string): void {
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<string>()
      for (const { key } of items) {
        if (isAlias(key)) throw new Error(`has an alias for a key, in line ${lineAt(text, key.range?.[0] ?? 0)}`)
        if (!isScalar(key)) continue
        const name = String(key.value)
        if (names.has(name)) {
          throw new Error(`has ${name} more than once, the second time in line ${lineAt(text, key.range?.[0] ?? 0)}`)
        }
        names.add(name)
      }
    },
  })
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
