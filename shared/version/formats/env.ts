import { lineAt, mustEndLinesAlike, type Span } from "./span.ts"

/**
 * An assignment, also to what only some readers take for a name: what its quotes hold, which may be lines, and what follows on the
 * last one. Or any other line.
 */
const LINE =
  /(?<![^\n])(?:[ \t]*(?:export[ \t]+)?([\w.-]+)=("[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^']*'|)([^\n]*)|[ \t]*([^\n]*))/dg

/** A value in quotes or without, and nothing after it but a comment. What shells put into it or read as more is not for us to replace. */
const VALUE = /^(?:"([^"\\$`]*)"|'([^']*)'|([^\s"'\\$`;&|<>()]*))(?:[ \t]+#[^\n]*|[ \t]*\r?)$/d

/** Nothing, or a comment. */
const NO_MORE = /^(?:[ \t]+#|[ \t]*\r?$)/

/** The values of `NAME=…` or `export NAME=…` lines, as a shell reads them. */
export function findInEnv(text: string, name: string): Span[] {
  mustEndLinesAlike(text)
  return [...text.matchAll(LINE)].flatMap(({ 1: key, 2: quoted = "", 3: more = "", 4: other = "", index, indices }) => {
    // From a quote that nobody can tell the end of, readers go on differently.
    if ((quoted.includes("\n") && !NO_MORE.test(more)) || /^[^#]*["'`]/.test(other))
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
