import { lineAt, mustEndLinesAlike, type Span } from "./span.ts"

/** An assignment: what its quotes hold, which may be lines, and all that follows on the last one. */
const ASSIGNMENT = /(?<![^\n])[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=("[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^']*'|)([^\n]*)/dg

/** A value in quotes or without, and nothing after it but a comment. What shells put into it or read as more is not for us to replace. */
const VALUE = /^(?:"([^"\\$`]*)"|'([^']*)'|([^\s"'\\$`;&|<>()]*))(?:[ \t]+#[^\n]*|[ \t]*\r?)$/d

/** Nothing, or a comment. */
const NO_MORE = /^(?:[ \t]+#|[ \t]*\r?$)/

/** The values of `NAME=…` or `export NAME=…` lines, as a shell reads them. */
export function findInEnv(text: string, name: string): Span[] {
  mustEndLinesAlike(text)
  return [...text.matchAll(ASSIGNMENT)].flatMap(({ 1: key, 2: quoted = "", 3: more = "", index, indices }) => {
    // Behind a quote that somebody forgot, readers go on differently.
    if (quoted.includes("\n") && !NO_MORE.test(more))
      throw new Error(`has quotes without a clear end, from line ${lineAt(text, index)} on`)
    if (key !== name) return []
    const { indices: inside } = VALUE.exec(quoted + more) ?? {}
    const [from] = indices?.[2] ?? []
    const [start, end] = inside?.[1] ?? inside?.[2] ?? inside?.[3] ?? []
    if (from === undefined || start === undefined || end === undefined)
      throw new Error(`has no plain value at ${name}, in line ${lineAt(text, index)}`)
    return [{ start: from + start, end: from + end }]
  })
}
