import { CHECK_IDS, type CheckId } from "../checks/check.ts"
import { checksNamed, ON_VM, QUICK } from "../checks/chosen.ts"
import { deadline } from "../deadline.ts"
import type { Finding } from "../doctor.ts"
import type { Queue } from "../ports/queue.ts"
import { Problem } from "../problem.ts"
import type { ReleaseRecord } from "../release/model.ts"
import { dryRun } from "../release/reconcile.ts"
import { readRecord } from "../release/record.ts"
import { askedRelease, askedVersion, validTag } from "../release/request.ts"
import type { Plan } from "../release/step.ts"
import { overview } from "../release/sweep.ts"
import { messageFor, sweep, wake } from "../release/wake.ts"
import { within } from "../release/within.ts"
import type { Log, World } from "../release/world.ts"
import type { Report } from "../report/report.ts"
import type { Shown } from "../verify/show.ts"
import type { Asked } from "../verify/verify.ts"
import type { VersionChange } from "../version/set-version.ts"
import { tagOf } from "../version/version.ts"
import { cloudWorld } from "./cloud.ts"
import { configurationOf, type Environment } from "./configuration.ts"
import type { Desk } from "./verification.ts"

/** The runs of the timers. */
export type TimedRun = "quick" | "on-vm" | "download"

/** What the functions delegate to. */
export interface Slipway {
  /** Answers a queue message. What it throws is to be delivered again. */
  wake(message: unknown, log: Log): Promise<void>
  /** Wakes everything that is not finished. */
  sweep(log: Log): Promise<void>
  /** Releases a batch now, in a queue function; of a dry run the plan, and whether all is there that it needs. Throws TAG_INVALID, REQUEST_INVALID. */
  ask(tag: string | undefined, body: string, log: Log): Promise<{ plan?: Plan & { preflight: Finding[] } }>
  /** Changes the version everywhere, as the JSON body asks. Throws REQUEST_INVALID, and what `setVersion` throws. */
  setVersion(body: string, log: Log): Promise<Omit<VersionChange, "files"> & { files: string[]; diff: string }>
  overview(): ReturnType<typeof overview>
  /** The record of a tag. Throws TAG_INVALID, NOT_FOUND. */
  show(tag: string | undefined): Promise<ReleaseRecord>
  /** A timer's run of the checks. */
  verifyTimed(run: TimedRun, log: Log): Promise<void>
  /** Proves what was just released, with every check. */
  verifyReleased(log: Log): Promise<void>
  /** Runs the checks named (`health,updates`; all when none is) now. Throws REQUEST_INVALID. */
  verify(query: { checks: string | null; deep: string | null }, log: Log): Promise<Report>
  /** A report for people or machines. Throws NOT_FOUND, NOT_ACCEPTABLE. */
  report(name: string | undefined, accept: string | null): Promise<Shown>
  badge(): Promise<Shown>
  metrics(): Promise<Shown>
}

/** A dry run must answer before the load balancer gives up after 230 s. */
const DRY_RUN_MS = 220_000

const TIMED: { readonly [Run in TimedRun]: { checks: readonly CheckId[]; deep: boolean } } = {
  quick: { checks: QUICK, deep: false },
  "on-vm": { checks: ON_VM, deep: false },
  download: { checks: ["download"], deep: true },
}

/** Builds everything on a storage account. Throws CONFIG_INVALID, CONFIG_REPOSITORIES_MIXED, SETTINGS_INVALID. */
export async function compose(env: Environment): Promise<Slipway> {
  const { config, settings } = await configurationOf(env, { storage: true, github: true })
  const { world, queue, proofs } = await cloudWorld(config, settings)
  let opened: Promise<Desk> | undefined
  /** What only the checks need is loaded by the first of them. */
  const desk = () => {
    opened ??= import("./verification.ts").then(({ verifyDesk }) => verifyDesk(config, settings, world, queue))
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }

  async function run(asked: Asked, log: Log): Promise<Report> {
    const { verify } = await import("../verify/verify.ts")
    const shared = await desk()
    return verify(asked, { ...shared, notebook: shared.notebook(within(log, { step: "verify" })), log })
  }

  async function shown() {
    const { notebook, reports } = await desk()
    return { world, notebook: notebook(world.log), reports }
  }

  return {
    ...releasing(world, queue, proofs),
    async ask(tag, body, log) {
      const asked = askedRelease(tag ?? "", body)
      if (!asked.dryRun) {
        await queue.send(messageFor(asked))
        return {}
      }
      const { examineAll } = await import("./doctor.ts")
      const [plan, preflight] = await Promise.all([dryRun(asked, { ...world, log }, dryRunDeadline()), examineAll(env)])
      return { plan: { ...plan, preflight } }
    },
    verifyTimed: async (which, log) => void (await run({ ...TIMED[which], reason: "timer" }, log)),
    verifyReleased: async (log) => void (await run({ checks: CHECK_IDS, deep: false, reason: "release" }, log)),
    verify: ({ checks, deep }, log) => {
      const chosen = checksNamed(checks ?? undefined)
      return run({ checks: chosen, deep: deep === "true", reason: "request" }, log)
    },
    async setVersion(body, log) {
      const asked = askedVersion(body)
      const { open } = await import("./version.ts")
      const { unifiedDiff } = await import("../version/unified-diff.ts")
      const { files, ...change } = await open(config, world.workspace, "PUT /api/version").set(asked)
      const names = files.map(({ file }) => file)
      const at = within(log, { tag: tagOf(change.version), step: "version" })
      if (change.commit) at("info", `Version: ${change.from} → ${change.version}`, { commit: change.commit })
      return { ...change, files: names, diff: unifiedDiff(files) }
    },
    async report(name = "", accept) {
      const { showReport } = await import("../verify/show.ts")
      return showReport(name, accept, await shown())
    },
    async badge() {
      const { showBadge } = await import("../verify/show.ts")
      return showBadge(await shown())
    },
    async metrics() {
      const { showMetrics } = await import("../verify/show.ts")
      return showMetrics(await shown())
    },
  }
}

type Releasing = Pick<Slipway, "wake" | "sweep" | "overview" | "show">

function releasing(world: World, queue: Queue, proofs: Queue): Releasing {
  return {
    async wake(message, log) {
      const released = await wake(message, { ...world, log: within(log, { step: "wake" }) }, queue)
      if (released) await proofs.send(JSON.stringify({ released }))
    },
    async sweep(log) {
      const count = await sweep(world, queue)
      log("info", `sweep: ${count} to wake`, { step: "sweep" })
    },
    overview: () => overview(world),
    async show(tag) {
      const record = await readRecord(world.state, validTag(tag ?? ""))
      if (record) return record
      throw new Problem("NOT_FOUND", `nothing is known of ${tag}`)
    },
  }
}

function dryRunDeadline(): AbortSignal {
  return deadline(
    DRY_RUN_MS,
    new Problem("DRY_RUN_TOO_LONG", `the files were not hashed within ${DRY_RUN_MS / 1000} s`),
  )
}
