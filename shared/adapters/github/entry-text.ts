import { createHash } from "node:crypto"
import { Problem } from "../../problem.ts"

/** What is asked of every file; `entryText` judges it. */
export const entryFields =
  "fragment Text on TreeEntry { oid mode object { ... on Blob { text isBinary isTruncated } } }"

/** A `TreeEntry` with those fields. */
export interface Entry {
  oid: string
  /** As git has it: octal 120000 is a symbolic link. */
  mode: number
  object: { text?: string | null; isBinary?: boolean | null; isTruncated?: boolean } | null
}

/** Of modes; what is none of these is a file. */
const kinds = new Map([
  [0o120000, "is a symbolic link"],
  [0o040000, "is a folder"],
  [0o160000, "is a submodule"],
])

const byteOrderMark = "\uFEFF"

/** A file's text, byte for byte. Throws FILE_UNREADABLE for everything else; `what` names it to a person. */
export function entryText({ oid, mode, object }: Entry, what: string): string {
  const kind = kinds.get(mode)
  if (kind) throw unreadable(what, kind)
  // Half a megabyte is the most GitHub gives; it cuts without looking whether it is text.
  if (object?.isTruncated) throw unreadable(what, "is too large")
  const text = object?.text
  if (typeof text !== "string" || object?.isBinary) throw unreadable(what, "is not text")
  // GitHub shows a text of any encoding as text; only one of the very same bytes may be written back.
  const exact = [text, byteOrderMark + text].find((candidate) => objectId(candidate, oid.length) === oid)
  if (exact === undefined) throw unreadable(what, "is not UTF-8")
  return exact
}

/** Git's id of a text, in as many hex digits as the repository's other ids have. */
function objectId(text: string, digits: number): string {
  const bytes = Buffer.from(text, "utf8")
  return createHash(digits === 64 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex")
}

function unreadable(what: string, reason: string): Problem {
  return new Problem("FILE_UNREADABLE", `${what} cannot be read: it ${reason}`)
}
