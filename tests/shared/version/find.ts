import { expect } from "vitest"
import { asProblem } from "../../../shared/problem.ts"
import { findPoint, type VersionPoint } from "../../../shared/version/points.ts"

export type Format = VersionPoint["format"]

/** A point of the file `F`. */
export const at = (format: Format, path = ""): VersionPoint => ({ file: "F", format, path, optional: false })

/** `line: value`, or why there is none. The place that is named must hold exactly the value. */
export function find(format: Format, path: string, text: string): string {
  try {
    const { value, line, start, end } = findPoint(text, at(format, path))
    expect(text.slice(start, end)).toBe(value)
    return `${line}: ${value}`
  } catch (error) {
    const { code, message } = asProblem(error)
    expect([code, message]).toEqual(["VERSION_POINT_UNMATCHED", expect.stringMatching(/^F /)])
    return message.slice(2)
  }
}

const PLIST_HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`

/** A property list of such lines; the first one is line 5. */
export const plist = (...lines: string[]) =>
  [PLIST_HEAD, `<plist version="1.0">`, "<dict>", ...lines, "</dict>", "</plist>", ""].join("\n")
