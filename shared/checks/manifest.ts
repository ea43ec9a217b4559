import * as v from "valibot"
import type { Release } from "../ports/releases.ts"
import type { ArtifactSpec } from "../release/model.ts"
import { compareVersions, isVersion, readVersion, tagOf } from "../version/version.ts"
import { type Check, type Finding, fail, pass, warn } from "./check.ts"

export const manifest: Check = {
  id: "manifest",
  title: "The manifest is sound and in step with VERSION",
  timeoutMs: 30_000,
  tries: 2,
  async run(sight) {
    const { policy, releases, now } = sight.world
    const { files } = await sight.workspace()
    const version = readVersion(files.get(policy.versionPath), policy.versionPath)
    const tag = tagOf(version)
    return judgeManifest({
      text: files.get(policy.manifestPath),
      version,
      release: await sight.release(tag),
      artifacts: policy.artifacts,
      urlOf: (version, name) => releases.downloadUrl(tagOf(version), name),
      now: now(),
    })
  },
}

export interface SeenManifest {
  text: string | undefined
  /** What VERSION names, and its public release. */
  version: string
  release: Release | undefined
  artifacts: readonly ArtifactSpec[]
  urlOf: (version: string, name: string) => string
  now: Date
}

const text = v.pipe(v.string("expected text"), v.nonEmpty("expected some text"))
const url = v.pipe(v.string("expected text"), v.check(isSafe, "expected an https URL"))

/** The keys of the manifest (product specification, section 6). Others may stand beside them. */
const schema = v.object({
  version: v.pipe(v.string("expected text"), v.check(isVersion, "expected X.Y.Z.W")),
  build: v.string("expected text"),
  artifact: v.object({
    type: v.picklist(["dmg", "pkg"], "expected dmg or pkg"),
    url,
    size: v.pipe(
      v.number("expected a number"),
      v.safeInteger("expected whole bytes"),
      v.minValue(1, "expected some bytes"),
    ),
    sha256: v.pipe(v.string("expected text"), v.regex(/^[0-9a-f]{64}$/, "expected 64 lowercase hex digits")),
    arch: text,
    min_os: text,
    ed25519: v.string("expected text"),
  }),
  critical: v.boolean("expected true or false"),
  auto_install: v.boolean("expected true or false"),
  notes_url: v.string("expected text"),
  release_date: v.pipe(v.string("expected text"), v.check(isTime, "expected a time like 2026-11-22T10:00:00+00:00")),
})

type Manifest = v.InferOutput<typeof schema>

/** It parses, obeys the schema, names VERSION twice, and its URL is a file of that very release. */
export function judgeManifest(seen: SeenManifest): Finding[] {
  const { version, release } = seen
  if (seen.text === undefined || seen.text.trim() === "") {
    if (release) return [fail("MANIFEST_DIFFERS", `${release.tag} is public, and there is no manifest that offers it`)]
    const remedy = `Put the files of ${version} into the inbox to release it.`
    return [warn("RELEASE_MISSING", `nothing is offered to clients yet; VERSION names ${version}`, remedy)]
  }
  const json = parse(seen.text)
  if (json instanceof Error) return [fail("MANIFEST_INVALID", `the manifest is not JSON: ${json.message}`)]
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return [fail("MANIFEST_INVALID", "the manifest is not one JSON object")]
  }
  const parsed = v.safeParse(schema, json)
  if (!parsed.success) return parsed.issues.map(faultOf)
  const findings = [...judgeVersions(parsed.output, seen), ...judgeUrls(parsed.output, seen)]
  return findings.length > 0 ? findings : [pass(`it offers ${version}`)]
}

function judgeVersions(
  { version: offered, build, release_date }: Manifest,
  { version, release, now }: SeenManifest,
): Finding[] {
  const findings: Finding[] = []
  if (build !== offered) findings.push(fail("MANIFEST_DIFFERS", `build is ${quote(build)}, and version is ${offered}`))
  const ahead = compareVersions(version, offered)
  if (ahead < 0) findings.push(fail("MANIFEST_DIFFERS", `it offers ${offered}, and VERSION is older: ${version}`))
  if (ahead > 0 && release)
    findings.push(fail("MANIFEST_DIFFERS", `${version} is public, and it still offers ${offered}`))
  if (ahead > 0 && !release) {
    const remedy = `Put the files of ${version} into the inbox to release it.`
    findings.push(warn("RELEASE_MISSING", `it offers ${offered} until ${version} is released`, remedy))
  }
  if (Date.parse(release_date) > now.getTime() + 86_400_000) {
    findings.push(warn("MANIFEST_INVALID", `release_date lies in the future: ${release_date}`))
  }
  return findings
}

/** Both lead to files of that very release: as we name them, or as GitHub itself does. */
function judgeUrls({ version, artifact, notes_url }: Manifest, { artifacts, urlOf, release }: SeenManifest): Finding[] {
  const stated = release?.tag === tagOf(version) ? release.assets : []
  const urlsOf = (kind: ArtifactSpec["kind"]) => {
    const names = artifacts.filter((spec) => spec.kind === kind).map(({ name }) => name)
    const theirs = stated.filter(({ name }) => names.includes(name)).map(({ downloadUrl }) => downloadUrl)
    return [...new Set([...names.map((name) => urlOf(version, name)), ...theirs])]
  }
  const differs = (what: string, url: string, expected: string[]) =>
    expected.includes(url) ? [] : [`${what} is ${quote(url)}, expected ${expected.join(" or ") || "no such type"}`]
  return [
    ...differs("artifact.url", artifact.url, urlsOf(artifact.type)).map((what) => fail("MANIFEST_DIFFERS", what)),
    ...differs("notes_url", notes_url, urlsOf("notes")).map((what) => warn("MANIFEST_DIFFERS", what)),
  ]
}

function faultOf(issue: v.BaseIssue<unknown>): Finding {
  const path = v.getDotPath(issue) ?? "the manifest"
  const found = issue.input === undefined ? "nothing" : quote(JSON.stringify(issue.input) ?? "")
  const expected = issue.message.startsWith("expected") ? issue.message : `expected ${issue.expected}`
  return fail("MANIFEST_INVALID", `${path}: found ${found}, ${expected}`)
}

function parse(text: string): unknown {
  // Invisible in the parser's own words. The update server stumbles over it and says that it is well.
  if (text.startsWith("\ufeff")) return new Error("it begins with a byte-order mark")
  try {
    return JSON.parse(text)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** ISO 8601 with a zone; the fraction may have any length, or be absent. */
function isTime(text: string): boolean {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
  return form.test(text) && !Number.isNaN(Date.parse(text))
}

function isSafe(text: string): boolean {
  const url = URL.parse(text)
  return (
    url?.protocol === "https:" ||
    (url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname))
  )
}

function quote(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}…`
}
