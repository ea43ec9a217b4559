import { lineAt, mustEndLinesAlike, type Span } from "./span.ts"

/** An assignment, and all that follows its sign on the line, or on the lines that its quotes hold together. */
const ASSIGNMENT =
  /(?<![^\n])[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=("[^"\\]*(?:\\[\s\S][^"\\]*)*"[^\n]*|'[^']*'[^\n]*|[^\n]*)/dg

/** A value in quotes or without, and nothing after it but a comment. What shells put into it or read as more is not for us to replace. */
const VALUE = /^(?:"([^"\\$`]*)"|'([^']*)'|([^\s"'\\$`;&|<>()]*))(?:[ \t]+#[^\n]*|[ \t]*\r?)$/d

/** The values of `NAME=…` or `export NAME=…` lines, as a shell reads them. */
export function findInEnv(text: string, name: string): Span[] {
  mustEndLinesAlike(text)
  return [...text.matchAll(ASSIGNMENT)].flatMap(({ 1: key, 2: rest = "", index, indices }) => {
    if (key !== name) return []
    const { indices: inside } = VALUE.exec(rest) ?? {}
    const [from] = indices?.[2] ?? []
    const [start, end] = inside?.[1] ?? inside?.[2] ?? inside?.[3] ?? []
    if (from === undefined || start === undefined || end === undefined)
      throw new Error(`has no plain value at ${name}, in line ${lineAt(text, index)}`)
    return [{ start: from + start, end: from + end }]
  })
}
