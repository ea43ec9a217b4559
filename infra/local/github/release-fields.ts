import { invalid, Refusal } from "./answer.ts"

/** GitHub's limit for notes, in characters. */
const maxBody = 125_000

/** The fields of a release as a request gives them; undefined where it does not. */
export interface ReleaseFields {
  tag: string | undefined
  target: string | undefined
  name: string | null | undefined
  body: string | null | undefined
  draft: boolean | undefined
  prerelease: boolean | undefined
  makeLatest: "true" | "false" | "legacy" | undefined
}

/** Reads a request's fields. Throws 422 for what GitHub's models refuse, a boolean `make_latest` among it. */
export function readReleaseFields(body: Record<string, unknown>): ReleaseFields {
  const text = (field: string) => {
    const value = body[field]
    if (value === undefined || value === null || typeof value === "string") return value
    throw new Refusal(422, `Invalid request.\n\nFor 'properties/${field}', ${JSON.stringify(value)} is not a string.`)
  }
  const flag = (field: string) => {
    const value = body[field]
    if (value === undefined || value === null) return undefined
    if (typeof value === "boolean") return value
    throw new Refusal(422, `Invalid request.\n\nFor 'properties/${field}', ${JSON.stringify(value)} is not a boolean.`)
  }
  const notes = text("body")
  if (notes && [...notes].length > maxBody) {
    const message = `body is too long (maximum is ${maxBody} characters)`
    throw invalid({ resource: "Release", code: "custom", field: "body", message })
  }
  const makeLatest = text("make_latest") ?? undefined
  if (makeLatest !== undefined && !["true", "false", "legacy"].includes(makeLatest)) {
    throw new Refusal(422, "Invalid request.\n\nmake_latest must be one of: true, false, legacy.")
  }
  return {
    tag: tagIn(text("tag_name")),
    target: text("target_commitish") || undefined,
    name: text("name"),
    body: notes,
    draft: flag("draft"),
    prerelease: flag("prerelease"),
    makeLatest: makeLatest as ReleaseFields["makeLatest"],
  }
}

/** Git's own rules for the name of a ref (git-check-ref-format), as far as a tag can break them. */
const malformed = /^[-./]|\.\.|\/\/|@\{|[\p{Cc} ~^:?*[\\]|\.lock$|[./]$|^@$/u

function tagIn(tag: string | null | undefined): string | undefined {
  if (!tag) return undefined
  if (!malformed.test(tag)) return tag
  throw invalid({ resource: "Release", code: "custom", field: "tag_name", message: "tag_name is not well-formed" })
}
