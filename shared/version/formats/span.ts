/** Where a value stands in a text, in UTF-16 units: without its quotes. */
export interface Span {
  start: number
  end: number
}

/** The line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length
}
