import type { Dice } from "./dice.ts"

/** A place of the version, and what stands there at first. */
export interface Hole {
  old: string
}

/** Some of a file's text, in its order. */
export type Parts = (string | Hole)[]

/** A file that was made up around places of the version, and the paths that mean them. */
export interface Made {
  parts: Parts
  paths: string[]
}

/** What may be asked for. */
export const VERSIONS = ["1.6.1.44", "10.20.30.40", "0.0.0.0", "1.6.1.99999999999999999999", "1.6.1.43"]

const OLD = ["1.6.1.43", "1.6.1", "02.0.0.034", "1.6", "7", "007", "1.6.1.43.2", "1.6.1.99999999999999999999"]

/** What stands around: other versions, alphabets, characters beyond 16 bits, and what String.replace would take for a pattern. */
export const WORDS = [
  "x",
  "7.7.7.7",
  "1.6.1.43",
  "$& $1 $$ $`",
  "Текущий релиз",
  "🍏🚢 \u{1F468}\u200D\u{1F469}",
  "version: 9.9.9.9",
  "e\u0301\u202E世界",
  "VERSION=9.9.9.9",
]

export const hole = (dice: Dice): Hole => ({ old: dice.pick(OLD) })

/** The text of a file with the old versions, or with a new one in all places. */
export function filled(parts: Parts, version?: string): string {
  return parts.map((part) => (typeof part === "string" ? part : (version ?? part.old))).join("")
}

/** Lines as one file: each ends as the dice say, LF or CRLF, and the last one may not end at all. */
export function lined(dice: Dice, lines: readonly Parts[]): Parts {
  const mixed = dice.pick([["\n"], ["\r\n"], ["\n", "\r\n"]])
  const parts = lines.flatMap((line) => [...line, dice.pick(mixed)])
  return dice.pick([true, false]) ? parts : parts.slice(0, -1)
}
