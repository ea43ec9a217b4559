import { asProblem } from "../../../shared/problem.ts"
import { reconcile } from "../../../shared/release/reconcile.ts"
import type { World } from "../../../shared/release/world.ts"
import { takeAway } from "../../memory/leases.ts"
import type { Turn } from "../../memory/turn.ts"
import { type Choose, interleave } from "./interleave.ts"
import { DIGESTS, type Start, TAG } from "./starts.ts"
import { stateOf, watch } from "./watch.ts"

/**
 * What keeps runs apart: a lease; one that goes to whoever goes on, and whose losers hear of it, though what they have sent still arrives;
 * or nothing, as if losers never heard of it.
 */
export type Keeping = "a lease" | "a lost lease" | "nothing"

export interface Play {
  start: Start
  keeping: Keeping
  /** How many hours the clock of each run is ahead. */
  clocks: readonly number[]
  choose: Choose
}

/** How often a batch is woken until nothing is left to do. */
const WAKES = 6

/** Runs of one tag at the same time, and then one after the other until nothing is left to do. */
export async function play({ start, keeping, clocks, choose }: Play) {
  const house = await start.open()
  const eye = watch(house, TAG, DIGESTS)
  let last: number | undefined
  const works = clocks.map((hours) => (turn: Turn) => run(house.world(turn, hours * 3_600_000)))
  const { endings, calls } = await interleave(works, (waiting) => {
    eye.look()
    const chosen = choose(waiting)
    if (chosen !== last && keeping !== "a lease") takeAway(house.leases, `releases/${TAG}`, keeping === "a lost lease")
    last = chosen
    return chosen
  })
  house.leases.clear()
  while (endings.length < clocks.length + WAKES) {
    endings.push(await run(house.world()))
    if (endings.at(-1) === "complete") break
  }
  // A person looks after it, and may find a draft that was on its way to GitHub when all was done.
  endings.push(await run(house.world(), true))
  eye.look()
  return { broken: [...eye.broken], endings, calls, end: stateOf(house, TAG) }
}

async function run(world: World, asked = false): Promise<string> {
  try {
    return (await reconcile({ tag: TAG, asked }, world)).status
  } catch (error) {
    return asProblem(error).code
  }
}
