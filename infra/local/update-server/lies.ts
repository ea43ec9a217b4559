import { answerLies } from "./answer-lies.ts"
import type { Lie } from "./lie.ts"
import { manifestLies } from "./manifest-lies.ts"

/** Every lie by its name. */
export const LIES: ReadonlyMap<string, Lie> = new Map(Object.entries({ ...manifestLies, ...answerLies }))
