import { randomUUID } from "node:crypto"
import { claim, nextAlert, settle } from "../alerts/alert.ts"
import { type Channels, deliver, namesOf } from "../alerts/deliver.ts"
import type { AlertState, Delivery } from "../alerts/state.ts"
import type { CheckId, CheckResult } from "../checks/check.ts"
import { CHECKS } from "../checks/registry.ts"
import { runChecks } from "../checks/run.ts"
import { openSight, type Sight } from "../checks/sight.ts"
import type { CheckWorld } from "../checks/world.ts"
import { deadline } from "../deadline.ts"
import type { Store } from "../ports/store.ts"
import { Problem } from "../problem.ts"
import { within } from "../release/within.ts"
import type { Log } from "../release/world.ts"
import { advance, inDoubt } from "../report/advance.ts"
import { boundedFindings } from "../report/bounds.ts"
import type { Healed, Reason, Report } from "../report/report.ts"
import { tagOf, versionIn } from "../version/version.ts"
import { healDrift, healedOf } from "./drift.ts"
import { VERIFICATION_FAILED, VERIFIED } from "./markers.ts"
import type { NotebookKeeper } from "./notebook.ts"
import { noteProof } from "./proof.ts"
import { reportId, shelve } from "./shelf.ts"
import { warn } from "./warn.ts"

/** Which checks to run, and why. */
export interface Asked {
  checks: readonly CheckId[]
  /** Read every byte of the download. */
  deep: boolean
  reason: Reason
}

/** What a run that is remembered needs beside the world it looks at. */
export interface VerifyDesk {
  world: CheckWorld
  notebook: NotebookKeeper
  reports: Store
  /** Where the release records are. */
  state: Store
  /** Has the release of a tag looked at again. */
  wake(tag: string): Promise<void>
  channels: Channels
  log: Log
}

/** How many runs' marks are kept: more than can be under way at once. */
const MARKS = 20

/**
 * Runs checks, writes down what they have shown, and speaks up when the state has changed. It always answers: a store or a
 * channel that is down is logged, and what could not be said is said by a later run.
 */
export async function verify(asked: Asked, desk: VerifyDesk): Promise<Report> {
  const { notebook, reports, state, world } = desk
  const seen = await look(await widened(asked, notebook), world)
  const log = within(desk.log, { step: "verify", ...(seen.version && { tag: tagOf(seen.version) }) })
  const entered = await enter(seen, await healedOf(seen, desk), { ...desk, log })
  const { report } = entered
  await Promise.all([
    shelve(report, reports).catch((error: unknown) => warn(error, log)),
    speak(entered, { ...desk, log }),
  ])
  // Last, so that whoever sees a release proven finds the report that says why.
  await noteProof(report, world.now(), state, log)
  await healDrift(report, world.now(), { ...desk, log })
  tell(report, log)
  return report
}

/** Runs checks and remembers nothing, for a person at a terminal. */
export async function verifyOnce(asked: Asked, world: CheckWorld): Promise<Report> {
  const seen = await look(asked, world)
  return { id: reportId(new Date(seen.at), 0), ...seen }
}

/** What the update server makes of the manifest on the VM. */
const SERVED: readonly CheckId[] = ["updates", "appcast"]

/**
 * A timer's run looks again at what is in doubt, however rarely that is looked at otherwise: then a failure is confirmed, or
 * over, within minutes. Where the update server serves something else, the manifest that it reads is looked at too. A download once found bad stays bad until all its bytes have been read again.
 */
async function widened(asked: Asked, notebook: NotebookKeeper): Promise<Asked> {
  const { standing } = await notebook.read()
  if (!standing) return asked
  const doubts = asked.reason === "timer" ? inDoubt(standing) : []
  const source: CheckId[] = doubts.some((id) => SERVED.includes(id)) ? ["vm-manifest"] : []
  const checks = [...new Set([...asked.checks, ...doubts, ...source])]
  const { download } = standing.checks
  const suspect = download && (download.down || download.last.outcome === "fail")
  return { ...asked, checks, deep: asked.deep || suspect === true }
}

async function look({ checks, deep, reason }: Asked, world: CheckWorld): Promise<Omit<Report, "id">> {
  const at = world.now()
  const begun = performance.now()
  const sight = openSight({ ...world, deep })
  const chosen = CHECKS.filter(({ id }) => checks.includes(id))
  const ms = reason === "request" ? ANSWER_MS : RUN_MS
  const signal = deadline(ms, new Problem("CHECK_TIMEOUT", `the whole run was to end within ${ms / 1000} s`))
  const [ended, facts] = await Promise.all([runChecks(chosen, sight, { signal }), factsOf(sight)])
  // A thousand strange files in the inbox must not make every report a thousand lines.
  const results = ended.map((result) => ({ ...result, findings: boundedFindings(result.findings) }))
  return {
    product: world.policy.product,
    at: at.toISOString(),
    durationMs: Math.round(performance.now() - begun),
    reason,
    ...facts,
    good: results.every(({ outcome }) => outcome !== "fail"),
    results,
  }
}

/** The load balancer gives up after 230 s, and the host ends a function after 30 minutes: the report comes before. */
const ANSWER_MS = 210_000
const RUN_MS = 25 * 60_000

/** What VERSION names and the manifest offers, as far as they can be read: what cannot is for the checks to tell. */
async function factsOf(sight: Sight): Promise<Pick<Report, "version" | "live">> {
  const { offer } = await sight.offered()
  const files = (await sight.workspace().catch(() => undefined))?.files
  const version = versionIn(files?.get(sight.world.policy.versionPath) ?? "")
  return { ...(version && { version }), ...(offer && { live: { version: offer.version, url: offer.url } }) }
}

/** What a run has entered into the notebook, and what it is to send. */
interface Entered {
  report: Report
  claimed: Delivery[]
  issue: AlertState["issue"]
}

/** Enters a run into the notebook; whoever enters it first sends the messages that are due. */
async function enter(seen: Omit<Report, "id">, healed: Healed | undefined, desk: VerifyDesk): Promise<Entered> {
  const { notebook, world, channels } = desk
  const mark = randomUUID()
  const now = world.now()
  let entered: Entered = { report: { id: "", ...seen }, claimed: [], issue: undefined }
  await notebook.change((before) => {
    if (before.marks.includes(mark)) return before // The answer to our own write was lost.
    const sequence = before.sequence + 1
    const news = healed && isNews(healed.at, before.healed, now) ? healed : undefined
    const report = { id: reportId(new Date(seen.at), sequence), ...seen, ...(news && { healed: news }) }
    const standing = advance(before.standing, report)
    const { state, claimed } = claim(nextAlert(before.alert, standing, now, namesOf(channels), news), now)
    entered = { report, claimed, issue: state.issue }
    const told = news?.at ?? before.healed
    const marks = [...before.marks, mark].slice(-MARKS)
    return { sequence, standing, alert: state, marks, ...(told && { healed: told }) }
  })
  return entered
}

/** Whatever keeps writing there is put right every few minutes: one message of it an hour is enough, and the latest is in it. */
const TELL_AGAIN_MS = 60 * 60_000

/** An older one than was last told is of a release that is offered again: it was told in its time. */
function isNews(at: string, lastTold: string | undefined, now: Date): boolean {
  if (lastTold === undefined) return true
  return at > lastTold && now.getTime() >= Date.parse(lastTold) + TELL_AGAIN_MS
}

async function speak({ claimed, issue }: Entered, { notebook, channels, world, log }: VerifyDesk): Promise<void> {
  if (claimed.length === 0) return
  const outcomes = await deliver(claimed, channels, issue, AbortSignal.timeout(SPEAK_MS))
  for (const { problem } of outcomes) if (problem) warn(problem, log)
  const now = world.now()
  await notebook.change((before) => ({ ...before, alert: settle(before.alert, claimed, outcomes, now) }))
}

/** Shorter than a message stays claimed: whoever sends it has ended before another may. */
const SPEAK_MS = 60_000

function tell({ id, results }: Report, log: Log): void {
  const told = (result: CheckResult) => result.findings.filter(({ outcome }) => outcome === "fail")
  const failing = results.flatMap((result) => told(result).map((finding) => ({ ...finding, check: result.id })))
  for (const { check, code, message, remedy } of failing) {
    log("error", `${check}: ${code}: ${message}`, { step: check, id, remedy })
  }
  const checks = new Set(failing.map(({ check }) => check)).size
  if (checks === 0) log("info", `${VERIFIED}: ${results.length} checks, none failing`, { id })
  else log("error", `${VERIFICATION_FAILED}: ${checks} of ${results.length} checks`, { id })
}
