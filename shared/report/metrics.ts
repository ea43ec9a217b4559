import { Gauge, Registry } from "prom-client"
import type { Phase } from "../release/model.ts"
import { tell } from "./headline.ts"
import { visible } from "./text.ts"
import { liveOf, rowsOf, type View } from "./view.ts"

const PHASES: readonly Phase[] = ["waiting", "publishing", "blocked", "failed", "complete"]

type Label = "check" | "phase" | "product" | "version"

/** How things stand as numbers, in Prometheus' text format 0.0.4. What is not known has no sample. */
export async function metrics(view: View): Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `slipway_${name}`, help, labelNames, registers: [registry] })

  const up = gauge("check_up", "Whether the check did not fail when it last looked.", "check")
  const took = gauge("check_duration_seconds", "How long the check took when it last looked.", "check")
  const ran = gauge("check_last_run_timestamp_seconds", "When the check last looked.", "check")
  const tries = gauge("check_tries", "How many tries the check needed when it last looked.", "check")
  for (const { id: check, seen } of rowsOf(view)) {
    if (!seen || seen.outcome === "skip") continue
    up.set({ check }, seen.outcome === "fail" ? 0 : 1)
    took.set({ check }, seen.durationMs / 1000)
    ran.set({ check }, seconds(seen.at))
    tries.set({ check }, seen.tries)
  }

  const phases = gauge("releases", "How many of the newest releases are in this phase.", "phase")
  for (const phase of PHASES) phases.set({ phase }, view.releases.filter((record) => record.phase === phase).length)

  const live = liveOf(view)
  if (live) {
    const labels = { product: visible(view.product), version: visible(live.version) }
    gauge("live_info", "What clients are offered.", "product", "version").set(labels, 1)
  }
  const proven = tell(view).verdict === "proven"
  gauge("proven", "Whether the live release is proven, by what was seen lately.").set(proven ? 1 : 0)
  gauge("alert_open", "Whether an alert is open.").set(view.alert ? 1 : 0)
  const at = (view.report ?? view.standing)?.at
  if (at !== undefined) gauge("last_run_timestamp_seconds", "When the latest run began.").set(seconds(at))
  return registry.metrics()
}

function seconds(at: string): number {
  return Date.parse(at) / 1000
}
