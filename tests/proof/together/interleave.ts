import type { Turn } from "../../memory/turn.ts"

/** Says who goes on: one of those that wait at a turn, by their numbers in rising order. */
export type Choose = (waiting: readonly number[]) => number

/** Works at something, with a turn before every call. */
export type Work<T> = (turn: Turn) => Promise<T>

/**
 * Does several works in one thread, one of them at a time from turn to turn, in the order that is chosen. Nobody may wait for
 * anything but turns, and none may throw. Answers how each ended, and the calls in their order: `0 list inbox`.
 */
export async function interleave<T>(
  works: readonly Work<T>[],
  choose: Choose,
): Promise<{ endings: T[]; calls: string[] }> {
  const calls: string[] = []
  const waiting = works.map((): { what: string; go: () => void }[] => [])
  let open = works.length
  const endings = Promise.all(
    works.map((work, number) =>
      work((what) => new Promise((go) => waiting[number]?.push({ what, go }))).finally(() => {
        open--
      }),
    ),
  )
  while (await settled(() => open === 0 || waiting.some((turns) => turns.length > 0))) {
    if (open === 0) break
    const number = choose(waiting.flatMap((turns, index) => (turns.length > 0 ? [index] : [])))
    const turn = waiting[number]?.shift()
    if (!turn) throw new Error(`${number} does not wait for a turn`)
    calls.push(`${number} ${turn.what}`)
    turn.go()
  }
  return { endings: await endings, calls }
}

/** Whether something becomes true once everybody has gone as far as there is to go. Throws when nobody ever moves again. */
async function settled(ready: () => boolean): Promise<true> {
  for (let looks = 0; looks < 1000; looks++) {
    await new Promise(setImmediate)
    if (ready()) return true
  }
  throw new Error("somebody waits for something else than a turn")
}
