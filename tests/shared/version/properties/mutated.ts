import type { Dice } from "./dice.ts"

/** What means something to one format or another. */
const SNIPPETS = [
  ..."\"'`#:=,-{}[]<>&*!|?%@\\/ \t\n\r0.",
  "\r\n",
  "\uFEFF",
  "\u2028",
  "１",
  "🍏",
  "1.6.1.43",
  "<!--",
  "-->",
  "---\n",
  "\nversion: 9.9.9.9\n",
  "\nexport ",
  "/*",
  "&#49;",
  "<![CDATA[",
]

/** A text after one to four accidents. */
export function mutated(dice: Dice, text: string): string {
  return [0, ...dice.some(3, () => 0)].reduce((each) => accident(dice, each), text)
}

function accident(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1)
  const end = at + dice.below(12)
  switch (dice.below(4)) {
    case 0:
      return text.slice(0, at) + dice.pick(SNIPPETS) + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(end)
    case 2:
      return text.slice(0, at) + dice.pick(SNIPPETS) + text.slice(at + 1)
    default: {
      // Some of it once more, elsewhere.
      const to = dice.below(text.length + 1)
      return text.slice(0, to) + text.slice(at, at + dice.below(80)) + text.slice(to)
    }
  }
}
