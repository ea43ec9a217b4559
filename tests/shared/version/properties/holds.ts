import { deepStrictEqual, equal, match } from "node:assert/strict"
import fc from "fast-check"
import { describe, it } from "vitest"
import { environment } from "../../../../shared/app.ts"
import { asProblem } from "../../../../shared/problem.ts"
import { changePoints } from "../../../../shared/version/change.ts"
import type { Format } from "../find.ts"
import { type Dice, diceOf, shortTape, tape } from "./dice.ts"
import { filled, type Made, VERSIONS } from "./made.ts"
import { mutated } from "./mutated.ts"

/** A reader of a format that did not write the file. */
export interface Library<T> {
  /** Throws when the text is not of the format. */
  read(text: string): T
  /** Lets what was read say a version at a path; throws where it has nothing there. */
  put(read: T, path: string, version: string): void
  /** What was read, to be compared. */
  plain?(read: T): unknown
}

/** Ten thousand, with the setting, take a minute for each format. */
const RUNS = { numRuns: Number(environment.SLIPWAY_FUZZ_RUNS) || 3000, seed: 20_261_126 }

/** What is true of every file of a format. */
export function holds<T>(format: Format, make: (dice: Dice) => Made, library: Library<T>) {
  const { read, put, plain = (it: T) => it } = library

  /** What was read after must be what was read before, but for the version. */
  function sameBut(before: T, after: T, paths: readonly string[], version: string): void {
    for (const path of paths) put(before, path, version)
    deepStrictEqual(plain(after), plain(before))
  }

  describe(`changePoints, in ${format} files of all kinds`, () => {
    it("changes the versions and not one character else, and another reader agrees", () => {
      const property = fc.property(tape, fc.context(), (numbers, context) => {
        const dice = diceOf(numbers)
        const version = dice.pick(VERSIONS)
        const { parts, paths } = make(dice)
        const before = filled(parts)
        context.log(before)
        const after = change(format, paths, version, before)
        equal(after, filled(parts, version))
        sameBut(read(before), read(after), paths, version)
      })
      fc.assert(property, RUNS)
    })

    it("refuses damaged files, or changes nothing in them but the version", () => {
      const property = fc.property(tape, shortTape, fc.context(), (numbers, accidents, context) => {
        const dice = diceOf(numbers)
        const version = dice.pick(VERSIONS)
        const { parts, paths } = make(dice)
        const path = dice.pick(paths)
        const before = mutated(diceOf(accidents), filled(parts))
        context.log(before)
        const after = changeOrRefuse(format, [path], version, before)
        if (after === undefined) return
        onlyDigits(before, after)
        const known = readable(read, before)
        if (known) sameBut(known.read, read(after), [path], version)
      })
      fc.assert(property, RUNS)
    })
  })
}

function change(format: Format, paths: readonly string[], version: string, text: string): string {
  const points = paths.map((path) => ({ file: "F", format, path, optional: false }))
  const layout = { versionPath: "VERSION", manifestPath: "manifest.json", points, manifestNow: false }
  const files = new Map([
    ["VERSION", "1.6.1.43\n"],
    ["F", text],
  ])
  return changePoints(version, layout, files).get("F") ?? text
}

function changeOrRefuse(...args: Parameters<typeof change>): string | undefined {
  try {
    return change(...args)
  } catch (error) {
    equal(asProblem(error).code, "VERSION_POINT_UNMATCHED", asProblem(error).message)
    return undefined
  }
}

/** Between what both texts begin and end with, there is nothing but parts of versions. */
function onlyDigits(before: string, after: string): void {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++
  match(before.slice(start, before.length - end), /^[\d.]*$/)
  match(after.slice(start, after.length - end), /^[\d.]*$/)
}

/** Undefined where the other reader takes the damaged text for none of its format: then it has no say. */
function readable<T>(read: (text: string) => T, text: string): { read: T } | undefined {
  try {
    return { read: read(text) }
  } catch {
    return undefined
  }
}

/** Lets objects within objects say a version, under keys joined by dots. */
export function putUnder(read: unknown, path: string, version: string): void {
  const keys = path.split(".")
  const last = keys.pop() ?? ""
  const owner = keys.reduce((object, key) => own(object, key), read)
  own(owner, last)
  ;(owner as Record<string, unknown>)[last] = version
}

function own(object: unknown, key: string): unknown {
  if (typeof object === "object" && object !== null && Object.hasOwn(object, key)) return Reflect.get(object, key)
  throw new Error(`nothing at ${key}`)
}
