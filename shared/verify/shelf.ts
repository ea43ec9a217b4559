import type { Store } from "../ports/store.ts"
import type { Report } from "../report/report.ts"

/** How many reports are kept: the timer's of two days. Each takes the place of the one this many runs before it. */
const PLACES = 600

/** `20261122T100000Z-000123`: when the run began, and its number. */
export function reportId(at: Date, sequence: number): string {
  const compact = at.toISOString().replace(/[-:]|\.\d+/g, "")
  return `${compact}-${String(sequence).padStart(6, "0")}`
}

/** Stores a report. Throws STORAGE_UNREACHABLE or STORAGE_REFUSED. */
export async function shelve(report: Report, store: Store): Promise<void> {
  await store.put(keyOf(report.id), `${JSON.stringify(report, null, 2)}\n`)
}

/** The report of an id, or undefined when there is none, or another has taken its place. */
export async function reportOf(id: string, store: Store): Promise<Report | undefined> {
  if (!/^\d{8}T\d{6}Z-\d{6,15}$/.test(id)) return undefined
  const found = await store.get(keyOf(id))
  const report = found && (JSON.parse(found.text) as Report)
  return report?.id === id ? report : undefined
}

function keyOf(id: string): string {
  const place = Number(id.split("-")[1]) % PLACES
  return `runs/${String(place).padStart(4, "0")}.json`
}
