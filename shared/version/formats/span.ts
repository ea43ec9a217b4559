/** Where a value stands in a text, in UTF-16 units: without its quotes. */
export interface Span {
  start: number
  end: number
}

/** The line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length
}

/** Some readers take a carriage return alone for the end of a line, and so for the end of a comment; others do not. */
export function mustEndLinesAlike(text: string): void {
  const at = text.search(/\r(?!\n)/)
  if (at >= 0) throw new Error(`has a carriage return without a newline, in line ${lineAt(text, at)}`)
}
