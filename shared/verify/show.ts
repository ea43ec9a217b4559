import Negotiator from "negotiator"
import type { Store } from "../ports/store.ts"
import { Problem } from "../problem.ts"
import { overview } from "../release/sweep.ts"
import type { World } from "../release/world.ts"
import { type View, viewOfReport } from "../report/view.ts"
import { compareVersions, isTag, versionOf } from "../version/version.ts"
import type { NotebookKeeper } from "./notebook.ts"
import { reportOf } from "./shelf.ts"

/** Where what is shown is kept. */
export interface ShowDesk {
  world: World
  notebook: NotebookKeeper
  reports: Store
}

/** An answer for a browser or a machine. */
export interface Shown {
  headers: { [name: string]: string }
  body: string
}

const TYPES = { html: "text/html", json: "application/json", md: "text/markdown" } as const
type Form = keyof typeof TYPES

/** How many releases the page shows. */
const RELEASES = 20

/**
 * A report as `latest`, or by its id; the form is the name's ending, else what the Accept header likes best of HTML, JSON and
 * Markdown (JSON where it likes all the same). Throws NOT_FOUND, NOT_ACCEPTABLE, or the STORAGE_ codes.
 */
export async function showReport(name: string, accept: string | null, desk: ShowDesk): Promise<Shown> {
  const [, id = name, ending] = /^(.*)\.(html|json|md)$/.exec(name) ?? []
  const form = (ending as Form | undefined) ?? preferred(accept)
  if (id === "latest") return render(form, await viewOf(desk))
  const report = await reportOf(id, desk.reports)
  if (report) return render(form, viewOfReport(report, desk.world.now()))
  const remedy = "Ask for `latest`: a report is kept for about two days."
  throw new Problem("NOT_FOUND", `there is no report ${JSON.stringify(id.slice(0, 80))}`, { remedy })
}

/** The badge for READMEs. Throws the STORAGE_ codes. */
export async function showBadge(desk: ShowDesk): Promise<Shown> {
  const { badge } = await import("../report/badge.ts")
  return { headers: { "content-type": "image/svg+xml", ...FRESH }, body: badge(await viewOf(desk)) }
}

/** The numbers for Prometheus. Throws the STORAGE_ codes. */
export async function showMetrics(desk: ShowDesk): Promise<Shown> {
  const { metrics } = await import("../report/metrics.ts")
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8", ...FRESH }
  return { headers, body: await metrics(await viewOf(desk)) }
}

/** What is shown now is not true for long. */
const FRESH = { "cache-control": "no-store", "x-content-type-options": "nosniff" }

async function render(form: Form, view: View): Promise<Shown> {
  const headers = { "content-type": `${TYPES[form]}; charset=utf-8`, vary: "accept", ...FRESH }
  if (form === "html") {
    const { page, pageHeaders } = await import("../report/page.ts")
    return { headers: { ...headers, ...pageHeaders() }, body: page(view) }
  }
  if (form === "md") return { headers, body: (await import("../report/markdown.ts")).markdown(view) }
  return { headers, body: (await import("../report/json.ts")).json(view) }
}

function preferred(accept: string | null): Form {
  // JSON first: of several that are liked the same, the first is taken.
  const offered = [TYPES.json, TYPES.html, TYPES.md]
  const liked = new Negotiator({ headers: { accept: accept ?? "*/*" } }).mediaType(offered)
  const form = Object.keys(TYPES).find((each) => TYPES[each as Form] === liked)
  if (form) return form as Form
  throw new Problem(
    "NOT_ACCEPTABLE",
    "reports come as HTML, JSON and Markdown, and the Accept header wants none of them",
  )
}

async function viewOf({ world, notebook }: ShowDesk): Promise<View> {
  const [{ releases, strays }, { standing, alert }] = await Promise.all([overview(world), notebook.read()])
  return {
    product: world.policy.product,
    now: world.now(),
    ...(standing && { standing }),
    releases: releases.toSorted((a, b) => newestFirst(a.tag, b.tag)).slice(0, RELEASES),
    strays: strays.map(({ path, problem }) => ({ path, problem })),
    ...(alert.open && { alert: { since: alert.open.since } }),
  }
}

/** Files that belong to no tag yet come first: somebody waits for them. */
function newestFirst(a: string, b: string): number {
  if (isTag(a) && isTag(b)) return compareVersions(versionOf(b), versionOf(a))
  return Number(isTag(a)) - Number(isTag(b))
}
