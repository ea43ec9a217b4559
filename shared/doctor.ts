import type { Finding as Seen } from "./checks/check.ts"
import type { Inbox } from "./ports/inbox.ts"
import type { RepositoryAccess } from "./ports/permissions.ts"
import type { Workspace } from "./ports/workspace.ts"
import { asProblem, Problem, type ProblemCode } from "./problem.ts"
import { sortInbox } from "./release/batch.ts"
import { readManifest } from "./release/manifest.ts"
import type { Policy } from "./release/world.ts"
import type { Survey } from "./version/set-version.ts"
import { compareVersions, readVersion } from "./version/version.ts"

/** One thing a release needs, and whether it is there. */
export interface Finding {
  name: string
  outcome: "ok" | "warn" | "fail"
  message: string
  remedy?: string
}

/** Looks at one thing: the good news as a sentence, or a Problem. A look at what may be otherwise answers a finding of its own. */
export type Look = () => Promise<string | Omit<Finding, "name">>

/** Looks at everything at the same time; what fails is a finding, never the end. */
export function examine(looks: { [name: string]: Look }): Promise<Finding[]> {
  return Promise.all(
    Object.entries(looks).map(async ([name, look]): Promise<Finding> => {
      try {
        const seen = await look()
        return typeof seen === "string" ? { name, outcome: "ok", message: seen } : { name, ...seen }
      } catch (error) {
        const { code, message, remedy } = asProblem(error)
        return { name, outcome: "fail", message: `${code}: ${message}`, remedy }
      }
    }),
  )
}

/** What a check would say of it. What is wrong with the VM's manifest Slipway mends by itself, and so only warns of here. */
export function asSeen({ outcome, code, message, remedy = "" }: Seen, mends = false): Awaited<ReturnType<Look>> {
  if (outcome === "pass" || outcome === "skip") return message
  return { outcome: mends ? "warn" : outcome, message: code ? `${code}: ${message}` : message, remedy }
}

const DIFFERS: ProblemCode = "VERSION_POINT_DIFFERS"

/** All that repeats the version must say the same. */
export function judgePoints({ version, points, drift }: Survey): Awaited<ReturnType<Look>> {
  if (!drift) return `${points.length} version points, none of which says anything but ${version}`
  const wrong = points.flatMap(({ problem }) => problem ?? [])
  // What only a person can mend comes before what one command mends.
  const [first] = wrong.toSorted((a, b) => Number(a.code === DIFFERS) - Number(b.code === DIFFERS))
  const messages = wrong.map(({ message }) => message).join("; ")
  return { outcome: "fail", message: `VERSION says ${version}, but ${messages}`, remedy: first?.remedy ?? "" }
}

/** Access must be enough, and should not be more. */
export async function judgeAccess(found: Promise<RepositoryAccess | undefined>): ReturnType<Look> {
  const access = await found
  if (access && !access.exists) throw new Problem("GITHUB_NOT_FOUND", `${access.repository} cannot be seen`)
  if (!access?.canWrite) {
    const lacks = access?.missing.length ? ` (lacks ${access.missing.join(", ")})` : ""
    throw new Problem("GITHUB_FORBIDDEN", `the credentials may not write to ${access?.repository ?? "it"}${lacks}`)
  }
  const { repository, excess, lacking } = access
  const told = [
    ...(excess.length > 0 ? [`with more than needed: ${excess.join(", ")}`] : []),
    ...(lacking.length > 0 ? [`without ${lacking.join("; without ")}`] : []),
  ]
  if (told.length === 0) return `${repository}, writable`
  const remedy = [
    ...(excess.length > 0 ? ["Take away the permissions that Slipway does not use."] : []),
    ...(lacking.length > 0
      ? ["Grant the others in the App's settings on GitHub, and accept them where it is installed."]
      : []),
  ].join(" ")
  return { outcome: "warn", message: `${repository}, ${told.join(", and ")}`, remedy }
}

/** VERSION and the manifest can be read, and whether they name the same version. */
export async function judgeWorkspace(workspace: Workspace, policy: Policy): ReturnType<Look> {
  const { files } = await workspace.read([policy.versionPath, policy.manifestPath])
  const version = readVersion(files.get(policy.versionPath), policy.versionPath)
  const offered = readManifest(files.get(policy.manifestPath), policy.manifestPath).version
  if (offered === version) return `${version}, and the manifest offers it`
  if (offered !== undefined && compareVersions(version, offered) < 0) {
    throw new Problem("VERSION_NOT_NEWER", `VERSION says ${version}, older than ${offered}, which clients are offered`)
  }
  const message = `VERSION says ${version}, the manifest offers ${offered ?? "nothing"}`
  return { outcome: "warn", message, remedy: `Put the files of ${version} into the inbox to release it.` }
}

/** The inbox can be listed (and is made by that), and what lies in it has a place to go. */
export async function judgeInbox(inbox: Inbox, policy: Policy): ReturnType<Look> {
  const files = await inbox.list()
  const { strays } = sortInbox(files, policy.artifacts)
  if (strays.length === 0) return files.length === 0 ? "there, and empty" : `there, with ${listed(files)}`
  const paths = strays.map(({ path }) => path).join(", ")
  return { outcome: "warn", message: `left alone: ${paths}`, remedy: strays[0]?.problem.remedy ?? "" }
}

/** How many files are named. */
const NAMED = 6

function listed(files: readonly { path: string }[]): string {
  const names = files.slice(0, NAMED).map(({ path }) => path)
  const more = files.length - names.length
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}
