import { parse } from "dotenv"
import type { Dice } from "./dice.ts"
import { holds, putUnder } from "./holds.ts"
import { hole, lined, type Made, type Parts, WORDS } from "./made.ts"

const NAMES = ["SERVER_VERSION", "V", "_build2"]

function assignment(dice: Dice, name: string): Parts {
  const quote = dice.pick(["", '"', "'"])
  const before = dice.pick(["", "export ", "  ", "\texport \t"])
  const after = dice.pick(["", "  ", " # was 7.7.7.7", `\t# V=8.8.8.8 ${dice.pick(WORDS)}`])
  return [before, name, "=", quote, hole(dice), quote, after]
}

function other(dice: Dice, index: number): Parts {
  const word = dice.pick(WORDS)
  const name = `${dice.pick(["OLD_", "V", "SERVER_VERSION_"])}V${index}`
  return [
    dice.pick([
      `# ${word}`,
      "",
      "# V=7.7.7.7",
      ` #export SERVER_VERSION='9.9.9.9'  ${word}`,
      `${name}=1.6.1.43`,
      `${name}=`,
      `export ${name}='${word} # no comment'  # a comment, isn't it`,
      `${name}="say \\"${word}\\""`,
      `${name}="more\nV=8.8.8.8\nlines ${word}"`,
      `${name}='more\r\nexport SERVER_VERSION=8.8.8.8\r\n'`,
    ]),
  ]
}

function envFile(dice: Dice): Made {
  const paths = dice.shuffle(NAMES).slice(0, 1 + dice.below(3))
  const lines = [...paths.map((name) => assignment(dice, name)), ...dice.some(7, (n) => other(dice, n))]
  return { parts: lined(dice, dice.shuffle(lines)), paths }
}

holds("env", envFile, { read: (text) => parse(text), put: putUnder })
