import { tagsOf, textBetween } from "./markup.ts"
import type { Span } from "./span.ts"

/** Depth of the keys of the topmost dictionary: within `<plist>` and `<dict>`. */
const TOP = 2

/** The `<string>` right after `<key>NAME</key>` in the topmost dictionary; dictionaries within it have names of their own. */
export function findInPlist(text: string, name: string): Span[] {
  const tags = tagsOf(text)
  let depth = 0
  return tags.flatMap((tag, at) => {
    if (tag.kind === "close") depth--
    const here = depth
    if (tag.kind === "open") depth++
    if (here !== TOP || tag.kind !== "open" || tag.name !== "key") return []
    const key = textBetween(text, tag, tags[at + 1])
    if (!key) throw new Error("has a <key> that is more than text")
    if (text.slice(key.start, key.end) !== name) return []
    const string = tags[at + 2]
    const value = string?.name === "string" ? textBetween(text, string, tags[at + 3]) : undefined
    if (!value) throw new Error(`has no plain <string> at ${name}`)
    return value
  })
}
