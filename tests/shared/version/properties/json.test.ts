import type { Dice } from "./dice.ts"
import { holds, putUnder } from "./holds.ts"
import { hole, type Made, type Parts, WORDS } from "./made.ts"

const KEYS = ["__proto__", "constructor", "version.old", "Версия 🍏", "\\u0076ersions", "a\\nb", "", "$&"]

const space = (dice: Dice) => dice.pick(["", " ", "\n", "\r\n\t", "  "])

const entry = (dice: Dice, key: string, value: Parts): Parts => [
  ...[space(dice), `"${key}"`, space(dice), ":", space(dice)],
  ...value,
  space(dice),
]

/** A value, in which the keys that we look for may stand as well. */
function other(dice: Dice): string {
  const word = JSON.stringify(dice.pick(WORDS))
  return dice.pick([
    word,
    '"\\u0037.7\\/7 \\"\\\\ \\ud83c\\udf4f"',
    "-1.5e+3",
    "true",
    "null",
    `[${word}, {"version": "8.8.8.8"}]`,
    `{"version": "7.7.7.7",${space(dice)}"app": {"version":${word}}}`,
  ])
}

function object(dice: Dice, entries: readonly Parts[]): Parts {
  const others = dice.some(3, (n) => entry(dice, KEYS[n + 3 * dice.below(2)] ?? "", [other(dice)]))
  const inside = dice.shuffle([...entries, ...others]).flatMap((each, n) => (n === 0 ? each : [",", ...each]))
  return ["{", ...inside, "}"]
}

function jsonFile(dice: Dice): Made {
  const version = (): Parts => ['"', hole(dice), '"']
  const inner = object(dice, [entry(dice, "version", version())])
  const deep = object(dice, [entry(dice, "release", object(dice, [entry(dice, "build", version())]))])
  const all: [string, Parts][] = [
    ["version", entry(dice, "version", version())],
    ["app.version", entry(dice, "app", inner)],
    ["server.release.build", entry(dice, "server", deep)],
  ]
  const chosen = dice.shuffle(all).slice(0, 1 + dice.below(3))
  const root = object(
    dice,
    chosen.map(([, parts]) => parts),
  )
  return { parts: [space(dice), ...root, space(dice)], paths: chosen.map(([path]) => path) }
}

holds("json", jsonFile, { read: (text): unknown => JSON.parse(text), put: putUnder })
