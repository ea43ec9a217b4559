import { deepStrictEqual } from "node:assert/strict"
import type { Dice } from "./dice.ts"
import { holds } from "./holds.ts"
import { hole, type Made } from "./made.ts"

function textFile(dice: Dice): Made {
  return { parts: [hole(dice), dice.pick(["\n", ""])], paths: [""] }
}

holds("text", textFile, {
  read: (text) => ({ lines: text.split("\n") }),
  put(read, _path, version) {
    deepStrictEqual(read.lines.slice(1).join(), "")
    read.lines[0] = version
  },
})
