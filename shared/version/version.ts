import { Problem } from "../problem.ts"

/** Four decimal numbers without leading zeros, `1.6.1.44`. ASCII digits only: `\d` matches nothing else without the `v` flag's tables. */
const VERSION = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){3}$/

/** Whether a text is a version, `X.Y.Z.W`. */
export function isVersion(text: string): boolean {
  return text.length <= 80 && VERSION.test(text)
}

/** Whether a text is a tag, `vX.Y.Z.W`. */
export function isTag(text: string): boolean {
  return text.startsWith("v") && isVersion(text.slice(1))
}

/** `1.6.1.44` → `v1.6.1.44`. */
export function tagOf(version: string): string {
  return `v${version}`
}

/** `v1.6.1.44` → `1.6.1.44`. */
export function versionOf(tag: string): string {
  return tag.slice(1)
}

/**
 * The version a VERSION file states: exactly four numbers and at most one newline. Undefined for anything else, such as
 * CRLF or a byte-order mark, because every reader of the file must come to the same version.
 */
export function versionIn(file: string): string | undefined {
  const version = file.endsWith("\n") ? file.slice(0, -1) : file
  return isVersion(version) ? version : undefined
}

/** The version a VERSION file's text states, see `versionIn`. Throws VERSION_UNREADABLE, also when there is no such file. */
export function readVersion(text: string | undefined, path: string): string {
  if (text === undefined) throw new Problem("VERSION_UNREADABLE", `the workspace has no file ${path}`)
  const version = versionIn(text)
  if (version === undefined) {
    throw new Problem("VERSION_UNREADABLE", `${path} holds ${JSON.stringify(text.slice(0, 60))}`)
  }
  return version
}

/** A version that somebody asks for. Throws VERSION_INVALID. */
export function validVersion(text: string): string {
  if (isVersion(text)) return text
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  throw new Problem("VERSION_INVALID", `${shown} is not a version`)
}

/** Whether a text can be ordered at all: dotted decimal numbers, of any count, as older manifests hold. */
export function isComparable(text: string): boolean {
  return text.length <= 80 && /^\d+(?:\.\d+)*$/.test(text)
}

/** Negative when `a` is older than `b`, positive when newer; missing numbers count as 0, and numbers may be of any length. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split("."), b.split(".")]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [BigInt(left[i] ?? 0), BigInt(right[i] ?? 0)]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}
