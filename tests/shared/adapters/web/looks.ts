import { expect } from "vitest"
import { webClient } from "../../../../shared/adapters/web/web.ts"
import type { ProblemCode } from "../../../../shared/problem.ts"

/** A signal that never comes. */
export const forEver = new AbortController().signal

/** How a small answer is read. */
export const small = { maxBytes: 1000, signal: forEver }

/** The client as the product has it. */
export const web = webClient()

/** What a promise is refused with. */
export const refused = (code: ProblemCode, message: RegExp | string = "") =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })
