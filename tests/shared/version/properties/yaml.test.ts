import { load } from "js-yaml"
import type { Dice } from "./dice.ts"
import { holds, putUnder } from "./holds.ts"
import { hole, lined, type Made, type Parts, WORDS } from "./made.ts"

const comment = (dice: Dice) =>
  dice.pick(["", "  # was 7.7.7.7", ` # ${dice.pick(WORDS)}`, "\t# version: '9.9.9.9'", "   "])

function version(dice: Dice): Parts {
  const quote = dice.pick(["", '"', "'"])
  return [dice.pick(["", "", "!!str "]), quote, hole(dice), quote]
}

/** Lines under a key of their own, in which the keys that we look for may stand as well. */
function other(dice: Dice, key: string, indent: string): Parts[] {
  const word = dice.pick(WORDS)
  const lines = dice.pick<string[]>([
    [`# version: 7.7.7.7 ${word}`],
    [""],
    [`${key}: 7.7.7.7${comment(dice)}`],
    [`${key}: 1.6.1.43`],
    [`${key}: ${JSON.stringify(word)}${comment(dice)}`],
    [`${key}: "\\u0037.7 \\"\\\\ \\`, `   more: ${word}"`],
    [`'${key}' : 'it''s ${word}'`],
    [`${key}: |${dice.pick(["", "-", "+"])}`, "  version: 9.9.9.9", `  # no comment ${word}`, "", "  app:"],
    [`${key}: >2-`, "   version: 9.9.9.9", "  more"],
    [`${key}: one`, "  two 7.7.7.7"],
    [`${key}: [1.6, {version: 8.8.8.8}, 'x']`],
    [`${key}:`, "- version: 7.7.7.7", "  app: ~", "- - 0x1F", "  - 2024-01-01"],
    [`${key}: &${key} 1.6.1.43`, `${key}b: *${key}`],
    [`${key}: &${key} {version: 8.8.8.8}`, `${key}b:`, `  <<: *${key}`, "  version: 9.9.9.9"],
    [`? ${key}`, ": version"],
  ])
  return lines.map((line) => [indent, line])
}

const others = (dice: Dice, name: string, indent: string) =>
  dice.some(3, (n) => other(dice, `${name}${n}`, indent)).flat()

/** Lines that say the version under `key.version`, or `key` alone. */
function target(dice: Dice, key: string): { path: string; lines: Parts[] } {
  const indent = dice.pick(["  ", " ", "    "])
  const end = comment(dice)
  const inside = (prefix: string): Parts[] => [
    ...others(dice, "a", prefix),
    [prefix, "version", dice.pick([": ", " :\t", ":   "]), ...version(dice), end],
    ...others(dice, "b", prefix),
  ]
  return dice.pick([
    () => ({ path: `${key}.version`, lines: [[`${key}:${end}`], ...inside(indent)] }),
    () => ({ path: `${key}.x y.version`, lines: [[`"${key}":`], [indent, "x y:"], ...inside(`${indent} `)] }),
    () => ({ path: key, lines: [[dice.pick([key, `"${key}"`, `'${key}'`]), ": ", ...version(dice), end]] }),
    () => ({ path: key, lines: [[`${key}:${end}`], ["# 8.8.8.8"], [indent, ...version(dice)]] }),
    () => ({ path: key, lines: [[`? ${key}`], [": ", ...version(dice), end]] }),
    () => ({
      path: `${key}.version`,
      lines: [[`${key}: {a: [7.7.7.7], version: `, ...version(dice), dice.pick([",", " ,"]), ` "b": '}'}`, end]],
    }),
    () => ({
      path: `${key}.version`,
      lines: [[`${key}: {`], ["  # }"], ["  version: ", ...version(dice), end], ["  }"]],
    }),
  ])()
}

function yamlFile(dice: Dice): Made {
  const head = dice.pick<string[]>([[], ["---"], ["%YAML 1.2", "# 7.7.7.7", "--- # 8.8.8.8"], ["# 🍏 7.7.7.7", ""]])
  const tail = dice.pick<string[]>([[], ["..."], ["# version: 9.9.9.9"], ["...", "# end"]])
  const targets = ["version", "приложение🍏", "$&"].slice(0, 1 + dice.below(3)).map((key) => target(dice, key))
  const blocks = [...targets.map(({ lines }) => lines), ...dice.some(3, (n) => other(dice, `k${n}`, ""))]
  const lines = [...head.map((line) => [line]), ...dice.shuffle(blocks).flat(), ...tail.map((line) => [line])]
  return { parts: [dice.pick(["", "\uFEFF"]), ...lined(dice, lines)], paths: targets.map(({ path }) => path) }
}

holds("yaml", yamlFile, { read: (text) => load(text), put: putUnder })
