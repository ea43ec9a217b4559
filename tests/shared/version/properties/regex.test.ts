import type { Dice } from "./dice.ts"
import { holds } from "./holds.ts"
import { hole, lined, type Made, type Parts, WORDS } from "./made.ts"

/** Patterns, what stands before and behind their value, each once in a file, and what that follows on the line. */
const KINDS = [
  ["^\\*\\*Текущий релиз документации:\\*\\* `v?([^`]*)`", "**Текущий релиз документации:** `", "`", ""],
  ["^\\*\\*Current release:\\*\\* `v?([^`]*)`", "**Current release:** `", "`", ""],
  ["getenv\\('SERVER_VERSION', '([^']*)'\\)", "getenv('SERVER_VERSION', '", "')", "    return os."],
  ['^__version__ = "([^"\\n]*)"', '__version__ = "', '"', ""],
  ["(?<=🍏релиз )([\\d.]+)(?= \\$& \\$1 🚢)", "🍏релиз ", " $& $1 🚢", "\\\\ $1 "],
] as const

function other(dice: Dice): Parts {
  const word = dice.pick(WORDS)
  return [
    dice.pick([
      word,
      "",
      `__version__ = '7.7.7.7'  # ${word}`,
      `  __version__ = "7.7.7.7"`,
      ` **Current release:** \`v7.7.7.7\` ${word}`,
      "    return os.getenv('CLIENT_VERSION', '8.8.8.8')",
      "`1.6.1.43` 🍏 1.6.1.43 $& $1 🚢",
    ]),
  ]
}

function regexFile(dice: Dice): Made {
  const kinds = dice.shuffle(KINDS).slice(0, 1 + dice.below(3))
  const lines = kinds.map(([, before, behind, start]): Parts => {
    const v = before.endsWith("`") ? dice.pick(["", "v"]) : ""
    return [start, before, v, hole(dice), behind]
  })
  return {
    parts: lined(dice, dice.shuffle([...lines, ...dice.some(6, () => other(dice))])),
    paths: kinds.map(([pattern]) => pattern),
  }
}

/** Without any pattern: digits and dots between two texts. */
function put(read: { text: string }, path: string, version: string): void {
  const { text } = read
  const [, before = "", behind = ""] = KINDS.find(([pattern]) => pattern === path) ?? []
  for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + 1)) {
    if (path.startsWith("^") && at > 0 && !"\r\n\u2028".includes(text.charAt(at - 1))) continue
    let start = at + before.length
    if (text[start] === "v") start++
    let end = start
    while ("0123456789.".includes(text.charAt(end) || "-")) end++
    if (!text.startsWith(behind, end)) continue
    read.text = text.slice(0, start) + version + text.slice(end)
    return
  }
}

holds("regex", regexFile, { read: (text) => ({ text }), put })
