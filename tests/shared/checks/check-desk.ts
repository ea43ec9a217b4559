import { expect } from "vitest"
import { githubClient } from "../../../shared/adapters/github/client.ts"
import { githubPermissions } from "../../../shared/adapters/github/permissions.ts"
import { webClient } from "../../../shared/adapters/web/web.ts"
import type { CheckId, CheckResult } from "../../../shared/checks/check.ts"
import { CHECKS } from "../../../shared/checks/registry.ts"
import { runChecks } from "../../../shared/checks/run.ts"
import { openSight } from "../../../shared/checks/sight.ts"
import type { CheckWorld } from "../../../shared/checks/world.ts"
import { sampleFiles } from "../../files.ts"
import { ASSETS, type Desk, type DeskOptions, MANIFEST, openDesk, TOKEN, WORKSPACE } from "../../world.ts"

export interface Look {
  /** What is different from the world as it is. */
  world?: Partial<CheckWorld>
  /** The token to look with. */
  token?: string
  /** False where no storage account is set. */
  storage?: boolean
  /** What happens between two tries. */
  pause?: () => Promise<void>
}

/** The world of a desk as checks see it: GitHub over HTTP, the inbox and the records on disk. */
export async function worldOf(desk: Desk, { world, token = TOKEN, storage = true }: Look): Promise<CheckWorld> {
  const auth = { token: () => token }
  const { policy, releases, workspace, inbox, state, now } = await desk.makeWorld({ auth })
  const client = await githubClient({ apiUrl: desk.github.url, auth, retries: 0, timeoutMs: 20_000 })
  return {
    policy,
    releases,
    workspace,
    permissions: () => githubPermissions(client, [ASSETS, WORKSPACE]),
    web: webClient(),
    ...(storage && { storage: { inbox, state, poison: { count: async () => 0 } } }),
    versionPoints: [],
    deep: false,
    now,
    ...world,
  }
}

/** Looks at a desk with some of the checks. Whatever is bad has a code and a remedy, and the token is in none of it. */
export async function lookAt(desk: Desk, ids: readonly CheckId[], look: Look = {}): Promise<CheckResult[]> {
  const checks = CHECKS.filter(({ id }) => ids.includes(id))
  const { pause = async () => {} } = look
  const results = await runChecks(checks, openSight(await worldOf(desk, look)), { pause })
  expect(JSON.stringify(results)).not.toContain(TOKEN)
  for (const { outcome, code, remedy } of results.flatMap(({ findings }) => findings)) {
    if (outcome === "fail" || outcome === "warn") expect([code, remedy]).toEqual(Array(2).fill(expect.any(String)))
  }
  return results
}

/** `pass`, or the outcome with the codes of the findings. */
export const told = (results: readonly CheckResult[]): string[] =>
  results.map(({ outcome, findings }) => [outcome, ...findings.flatMap(({ code }) => code ?? [])].join(" "))

/** A desk whose release 1.6.1.44 is public and offered. */
export async function releasedDesk(options: DeskOptions = {}): Promise<Desk> {
  const desk = await openDesk({ immutable: true, ...options })
  await desk.dropAll("v1.6.1.44", await sampleFiles())
  expect(await desk.run({ tag: "v1.6.1.44" })).toEqual({ status: "complete" })
  return desk
}

/** Changes what the manifest says, as somebody by hand would. */
export async function spoil(desk: Desk, change: (manifest: Manifest) => void): Promise<void> {
  const manifest = (await desk.manifest()) as Manifest
  change(manifest)
  await desk.github.pushFile(WORKSPACE, MANIFEST, JSON.stringify(manifest), "by hand")
}

/** As far as tests change it. */
export interface Manifest {
  version: string
  build: string
  artifact: { url: string; size: number; sha256: string; type: string }
  notes_url: string
}
