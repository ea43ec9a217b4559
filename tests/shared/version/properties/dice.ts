import fc from "fast-check"

/** Throws of dice as they stand on a tape: the same tape makes the same file again, and a tape of smaller numbers a simpler one. */
export interface Dice {
  /** From 0 to one less than the sides. */
  below(sides: number): number
  pick<T>(choices: readonly T[]): T
  /** As many as the dice say; none is one of the choices. */
  some<T>(most: number, make: (index: number) => T): T[]
  shuffle<T>(all: readonly T[]): T[]
}

export const tape = fc.array(fc.nat(0xffff), { minLength: 250, maxLength: 250 })

/** Enough for four accidents. */
export const shortTape = fc.array(fc.nat(0xffff), { minLength: 20, maxLength: 20 })

/** Dice that show nothing but 0 once the tape is at its end. */
export function diceOf(numbers: readonly number[]): Dice {
  let at = 0
  const below = (sides: number) => (numbers[at++] ?? 0) % sides
  return {
    below,
    pick<T>(choices: readonly T[]): T {
      return choices[below(choices.length)] as T
    },
    some: (most, make) => Array.from({ length: below(most + 1) }, (_, index) => make(index)),
    shuffle(all) {
      const order = all.map((each) => ({ each, place: below(100) }))
      return order.sort((a, b) => a.place - b.place).map(({ each }) => each)
    },
  }
}
