import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "vitest"
import { ghAt, ghInstalled } from "../gh.ts"
import { digestOfBytes } from "../tree.ts"
import { ASSETS } from "../world.ts"
import { type ProofDesk, TOKENS } from "./desk.ts"
import { type Ground, runClean } from "./run-case.ts"
import type { Scenario } from "./scenarios.ts"

/** The real `gh` sees and downloads the releases as the look-alike has them. */
export function ghReads(scenario: Scenario, ground: Ground): void {
  it.skipIf(!ghInstalled)("is read in the end by the real gh (skipped where it is not installed)", async () => {
    await runClean(scenario, ground, compare)
  })
}

async function compare(desk: ProofDesk): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-gh-"))
  const gh = ghAt(desk.github.url, { token: TOKENS[0], repository: ASSETS, folder })
  for (const { tag, draft, assets } of desk.github.releases(ASSETS)) {
    const seen = JSON.parse(await gh("release", "view", tag, "--json", "tagName,isDraft,assets"))
    expect(seen).toMatchObject({ tagName: tag, isDraft: draft })
    expect(seen.assets.map(({ name, size }: { name: string; size: number }) => ({ name, size }))).toEqual(
      assets.map(({ name, size }) => ({ name, size })),
    )
    await gh("release", "download", tag, "-D", tag)
    const names = (await readdir(join(folder, tag))).sort()
    const digests = await Promise.all(names.map(async (name) => digestOfBytes(await readFile(join(folder, tag, name)))))
    expect(Object.fromEntries(names.map((name, index) => [name, digests[index]]))).toEqual(
      Object.fromEntries(assets.map(({ name, digest }) => [name, digest])),
    )
  }
  await rm(folder, { recursive: true })
}
