import { Problem } from "../problem.ts"
import { findInEnv } from "./formats/env.ts"
import { findInJson } from "./formats/json.ts"
import { findInPlist } from "./formats/plist.ts"
import { findByRegex } from "./formats/regex.ts"
import { lineAt, type Span } from "./formats/span.ts"
import { findInXml } from "./formats/xml.ts"
import { findInYaml } from "./formats/yaml.ts"

/** A place in a workspace file that repeats the version, as configured. */
export interface VersionPoint {
  file: string
  format: "text" | "yaml" | "json" | "env" | "regex" | "plist" | "xml"
  /**
   * Where in the file: keys joined by dots (`yaml`, `json`), a variable's name (`env`), a pattern with one group (`regex`), a key
   * of the topmost dictionary (`plist`), `element`, `element@attribute`, `element[attribute=value]` or
   * `element[attribute=value]@attribute` (`xml`). A `text` file is the version as a whole.
   */
  path?: string | undefined
  /** The file may be absent. */
  optional: boolean
}

/** A point as it was found. */
export interface FoundPoint extends Span {
  value: string
  /** Counted from 1. */
  line: number
}

/** Finds all places in a text that a path means; throws an Error that says what is wrong with the text or the path. */
export type Finder = (text: string, path: string) => Span[]

const FINDERS: { readonly [Format in Exclude<VersionPoint["format"], "text">]: Finder } = {
  yaml: findInYaml,
  json: findInJson,
  env: findInEnv,
  regex: findByRegex,
  plist: findInPlist,
  xml: findInXml,
}

/** Larger texts are no version point; in UTF-16 units. */
const TEXT_LIMIT = 1_000_000

/** How many lines are named where a value stands more than once. */
const LINES = 5

/**
 * Finds the one value of a version point: all that may be replaced when it changes, without its quotes. Throws
 * VERSION_POINT_UNMATCHED when it is absent, there more than once, or the text is not of its format.
 */
export function findPoint(text: string, { file, format, path = "" }: VersionPoint): FoundPoint {
  if (format !== "text" && path === "") throw unmatched(file, "is configured without a path")
  if (text.length > TEXT_LIMIT) throw unmatched(file, "is larger than 1 MB, which is no file with a version point")
  const spans = spansIn(text, format === "text" ? findWhole : FINDERS[format], file, path)
  const [span, second] = spans
  if (!span) throw unmatched(file, `has nothing at ${path}`)
  if (second) {
    const lines = spans.slice(0, LINES).map(({ start }) => lineAt(text, start))
    throw unmatched(file, `has ${path} more than once, in lines ${lines.join(", ")}`)
  }
  return { ...span, value: text.slice(span.start, span.end), line: lineAt(text, span.start) }
}

function spansIn(text: string, find: Finder, file: string, path: string): Span[] {
  try {
    return find(text, path)
  } catch (error) {
    throw unmatched(file, error instanceof Error ? error.message : String(error))
  }
}

/** A file that holds anything else is never taken for a version, and so never replaced by one. */
function findWhole(text: string): Span[] {
  const [, value] = /^(\S{1,80})\n?$/.exec(text) ?? []
  if (value === undefined) throw new Error("is not one line with a version, and at most one newline")
  return [{ start: 0, end: value.length }]
}

function unmatched(file: string, what: string): Problem {
  return new Problem("VERSION_POINT_UNMATCHED", `${file} ${what}`)
}
