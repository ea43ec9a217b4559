import type { Parameters } from "fast-check"
import { environment } from "../../shared/app.ts"

const { SLIPWAY_FUZZ_SEED: seed = "2026", SLIPWAY_FUZZ_RUNS: runs, SLIPWAY_FUZZ_PATH: path } = environment

/**
 * How often a property is tried: as often as named here, or `SLIPWAY_FUZZ_RUNS` times, from `SLIPWAY_FUZZ_SEED` on. A failure
 * tells its seed and path; with both in `SLIPWAY_FUZZ_SEED` and `SLIPWAY_FUZZ_PATH`, and `-t` for the test, that case alone comes again.
 */
export function dice<T>(byDefault: number): Parameters<T> {
  return { seed: Number(seed), numRuns: runs === undefined ? byDefault : Number(runs), ...(path && { path }) }
}

/** Whether so much is tried that every kind of input has to come up. */
export const manyTries = path === undefined && (runs === undefined || Number(runs) >= 300)
