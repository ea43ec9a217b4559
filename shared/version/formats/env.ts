import type { Span } from "./span.ts"

/** The values of `NAME=…` or `export NAME=…` lines, as a shell reads them. */
export function findInEnv(text: string, name: string): Span[] {
  const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#]*))/dgm
  return [...text.matchAll(assignment)].flatMap(({ 1: key, indices }) => {
    const [start, end] = indices?.[2] ?? indices?.[3] ?? indices?.[4] ?? []
    return key === name && start !== undefined && end !== undefined ? [{ start, end }] : []
  })
}
