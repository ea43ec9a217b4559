import type { Span } from "./span.ts"
import { withoutComments } from "./xml.ts"

/** The `<string>` right after `<key>NAME</key>`. */
export function findInPlist(text: string, name: string): Span[] {
  const pair = /<key>([^<]*)<\/key>\s*<string>([^<]*)<\/string>/dg
  return [...withoutComments(text).matchAll(pair)].flatMap(({ 1: key, indices }) => {
    const [start, end] = indices?.[2] ?? []
    return key === name && start !== undefined && end !== undefined ? [{ start, end }] : []
  })
}
