import type { Digest } from "../shared/ports/releases.ts"
import { observe } from "../shared/release/observe.ts"
import { plan } from "../shared/release/plan.ts"
import { knowledgeOf } from "../shared/release/record.ts"
import { SUMS_NAME, sumsText } from "../shared/release/sums.ts"
import { digestOfBytes } from "./tree.ts"
import { ASSETS, type Desk, type Files } from "./world.ts"

/** How the world looks, as far as the release of a tag can change it, and what a plan would still do. */
export async function stateOf(desk: Desk, tag: string) {
  const [{ commits, ...outside }, { version, build, artifact, notes_url }, ledger, record] = await Promise.all([
    desk.outside(),
    desk.manifest(),
    desk.ledger(),
    desk.record(tag),
  ])
  const memory = { record, recorded: true, knowledge: knowledgeOf(record) }
  const { steps, problem } = plan(await observe(tag, {}, memory, await desk.makeWorld()))
  return {
    ...outside,
    offered: { version, build, url: artifact?.url, size: artifact?.size, sha256: artifact?.sha256, notes_url },
    commits: commits.length - 1,
    ledger: ledger.map((line) => line.tag),
    phase: record.phase,
    left: { steps, problem },
  }
}

/** The one state that a release ends in, whatever happened on the way. */
export function released(desk: Desk, tag: string, files: Files): Awaited<ReturnType<typeof stateOf>> {
  const digests = Object.entries(files).map(([name, bytes]) => ({ name, digest: digestOfBytes(bytes) as Digest }))
  const assets = Object.fromEntries(digests.map(({ name, digest }) => [name, digest]))
  const archive = Object.fromEntries(digests.map(({ name, digest }) => [`${tag}/${name}`, digest]))
  const version = tag.slice(1)
  const image = files["App.dmg"] ?? Buffer.alloc(0)
  const base = `${desk.github.url}/${ASSETS}/releases/download/${tag}`
  return {
    inbox: {},
    archive,
    releases: [
      { tag, draft: false, assets: { ...assets, [SUMS_NAME]: digestOfBytes(Buffer.from(sumsText(digests))) } },
    ],
    offered: {
      version,
      build: version,
      url: `${base}/App.dmg`,
      size: image.byteLength,
      sha256: digestOfBytes(image).slice("sha256:".length),
      notes_url: `${base}/NOTES.md`,
    },
    commits: 1,
    ledger: [tag],
    phase: "complete",
    left: { steps: [], problem: undefined },
  }
}

/** What clients are promised beyond what is there: nothing, at every moment. */
export async function brokenPromises(desk: Desk): Promise<string[]> {
  const { version, artifact } = await desk.manifest()
  if (version === undefined) return []
  const release = desk.github.releases(ASSETS).find(({ tag, draft }) => tag === `v${version}` && !draft)
  if (!release) return [`${version} is offered, but not public`]
  const digests = release.assets.filter(({ state }) => state === "uploaded").map(({ digest }) => digest)
  return digests.includes(`sha256:${artifact.sha256}`) ? [] : [`${version} is offered with bytes that nobody published`]
}
