import type { Events } from "./events.ts"
import type { History } from "./history.ts"
import type { Publishing } from "./publishing.ts"
import type { Races } from "./races.ts"
import type { StartUp } from "./start-up.ts"
import type { Versioning } from "./versioning.ts"

/** All that was measured in one run. */
export interface Measured {
  /** Undefined where the peers are not installed. */
  races: Races | undefined
  /** The smallest first. */
  publishings: Publishing[]
  events: Events
  history: History
  versioning: Versioning
  startUp: StartUp
  /** Of `npm start -- --once`. */
  onceSeconds: number
}
