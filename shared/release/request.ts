import * as v from "valibot"
import { Problem } from "../problem.ts"
import type { AskedVersion } from "../version/set-version.ts"
import { isTag } from "../version/version.ts"
import type { ReleaseRequest } from "./world.ts"

const body = v.strictObject({
  dryRun: v.optional(v.boolean(), false),
  allowSameBytes: v.optional(v.boolean(), false),
})

const versionBody = v.strictObject({
  version: v.string(),
  force: v.optional(v.boolean(), false),
  dryRun: v.optional(v.boolean(), false),
})

/** A person's wish, as HTTP brings it. */
export interface AskedRelease extends ReleaseRequest {
  tag: string
  dryRun: boolean
}

/** Reads a tag from the route and the JSON body, which may be empty. Throws TAG_INVALID or REQUEST_INVALID. */
export function askedRelease(tag: string, text: string): AskedRelease {
  return { tag: validTag(tag), asked: true, ...parse(text, body) }
}

/** Reads the JSON body that asks for another version. Throws REQUEST_INVALID. */
export function askedVersion(text: string): AskedVersion {
  return parse(text, versionBody)
}

/** The tag itself. Throws TAG_INVALID. */
export function validTag(tag: string): string {
  if (isTag(tag)) return tag
  throw new Problem("TAG_INVALID", `${JSON.stringify(tag.slice(0, 80))} is no tag`)
}

function parse<Schema extends v.GenericSchema>(text: string, schema: Schema): v.InferOutput<Schema> {
  let json: unknown = {}
  try {
    if (text.trim() !== "") json = JSON.parse(text)
  } catch (cause) {
    throw new Problem("REQUEST_INVALID", "the body is not JSON", { cause })
  }
  if (Array.isArray(json)) throw new Problem("REQUEST_INVALID", "the body is a list, expected an object")
  const result = v.safeParse(schema, json)
  if (result.success) return result.output
  const faults = result.issues.map((issue) => `${v.getDotPath(issue) ?? "body"}: ${issue.message}`)
  throw new Problem("REQUEST_INVALID", faults.join("; "))
}
