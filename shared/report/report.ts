import type { CheckResult } from "../checks/check.ts"

/** Why a run took place. */
export type Reason = "timer" | "release" | "request" | "terminal"

/** What clients are offered. */
export interface Live {
  version: string
  /** Of the primary installer. */
  url: string
}

/** The manifest on the update server was another than the workspace's, and Slipway has put it right. */
export interface Healed {
  tag: string
  /** ISO 8601 in UTC. */
  at: string
}

/** All outcomes of one run. */
export interface Report {
  /** `20261122T100000Z-000123`: when it began, and its number. */
  id: string
  product: string
  /** When it began, ISO 8601 in UTC. */
  at: string
  durationMs: number
  reason: Reason
  /** What VERSION names; absent when it could not be read. */
  version?: string
  /** Absent when nothing is offered, or it could not be read. */
  live?: Live
  /** What no run before has told. */
  healed?: Healed
  /** Whether no check failed. */
  good: boolean
  results: CheckResult[]
}
