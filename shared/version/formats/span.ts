/** Where a value stands in a text, in UTF-16 units: without its quotes. */
export interface Span {
  start: number
  end: number
}
