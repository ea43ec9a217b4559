/** The part of a list that is asked for. */
export interface Window {
  first?: number
  last?: number
  after?: string
}

/** A list as GraphQL shows it; a cursor is the place in the list. */
export function connection<T, N>(all: readonly T[], window: Window, show: (item: T) => N) {
  const start = window.after === undefined || window.after === null ? 0 : Number(atob(window.after)) + 1
  const rest = all.slice(start)
  const chosen = window.last == null ? rest.slice(0, window.first ?? 30) : rest.slice(-window.last)
  const first = window.last == null ? start : all.length - chosen.length
  const cursor = (index: number) => btoa(String(first + index))
  const nodes = chosen.map(show)
  return {
    totalCount: all.length,
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: cursor(index) })),
    pageInfo: {
      hasNextPage: first + chosen.length < all.length,
      hasPreviousPage: first > 0,
      startCursor: chosen.length === 0 ? null : cursor(0),
      endCursor: chosen.length === 0 ? null : cursor(chosen.length - 1),
    },
  }
}
