import { expect } from "vitest"
import type { Github } from "../../infra/local/github/index.ts"
import type { Digest, Releases } from "../../shared/ports/releases.ts"
import { hexOf } from "../../shared/release/digest.ts"
import { readManifest, writeManifest } from "../../shared/release/manifest.ts"
import { reconcile } from "../../shared/release/reconcile.ts"
import { SUMS_NAME, sumsText } from "../../shared/release/sums.ts"
import type { World } from "../../shared/release/world.ts"
import { setVersion } from "../../shared/version/set-version.ts"
import { sampleFiles } from "../files.ts"
import { digestOfBytes } from "../tree.ts"
import { ASSETS, type Files, MANIFEST, WORKSPACE } from "../world.ts"
import { NOW, type ProofDesk } from "./desk.ts"
import { draft, leaveStarter, publish, TAG } from "./fill.ts"

const files = await sampleFiles("1.6.1.44")
const image = { "App.dmg": files["App.dmg"] as Buffer }
const older = await sampleFiles("1.6.1.43")

/** A world to begin with, and the work that is to be done in it. */
export interface Scenario {
  name: string
  /** Of GitHub: made once, copied for every case. */
  github: { immutable?: boolean; version?: string; fill(releases: Releases, github: Github): Promise<unknown> }
  /** Of the rest, for every case. */
  prepare(desk: ProofDesk): Promise<unknown>
  /** The files that must not be lost. */
  files: Files
  /** A run, whose status is what a run without faults ends with. */
  run(world: World): Promise<{ status: string }>
  ends: string
  /** The world after it, as far as it says whether the work is done. */
  end: { [part: string]: unknown }
  vm?: true
  /** What it sends goes into a release that is public. */
  public?: true
  /** Of how many storage calls one meets a fault, unless each meets all; default 9. */
  storageEvery?: number
}

const release = async (world: World) => reconcile({ tag: TAG }, world)

const inInbox = async (desk: ProofDesk) => {
  await desk.makeContainers()
  await desk.drop(TAG, files)
}

const digestsOf = (contents: Files) =>
  Object.entries(contents).map(([name, bytes]) => ({ name, digest: digestOfBytes(bytes) as Digest }))

const sums = (contents: Files): Files => ({ [SUMS_NAME]: Buffer.from(sumsText(digestsOf(contents))) })

const wholeRelease = { ...files, ...sums(files) }

/** The release before is public, and clients are offered it. */
async function before(releases: Releases, github: Github): Promise<void> {
  await publish(releases, { ...older, ...sums(older) }, "v1.6.1.43")
  await github.pushFile(WORKSPACE, MANIFEST, manifestOf("1.6.1.43", older, github.url), "release: 1.6.1.43")
}

function manifestOf(version: string, contents: Files, url: string): string {
  const bytes = contents["App.dmg"] as Buffer
  const base = `${url}/${ASSETS}/releases/download/v${version}`
  const facts = {
    version,
    type: "dmg" as const,
    url: `${base}/App.dmg`,
    sizeBytes: bytes.length,
    sha256: hexOf(digestOfBytes(bytes) as Digest),
    notesUrl: `${base}/NOTES.md`,
  }
  return writeManifest(readManifest(undefined, MANIFEST), facts, NOW) ?? ""
}

const offer = (desk: ProofDesk) =>
  desk.github.pushFile(WORKSPACE, MANIFEST, manifestOf("1.6.1.44", files, desk.wire.url("github")), "release: 1.6.1.44")

const DIGESTS = Object.fromEntries(digestsOf(files).map(({ name, digest }) => [name, digest]))

/** All is public, offered and archived, and nothing is left. */
const done = {
  inbox: {},
  archive: Object.fromEntries(Object.entries(DIGESTS).map(([name, digest]) => [`${TAG}/${name}`, digest])),
  releases: [{ tag: "v1.6.1.43" }, { tag: TAG, draft: false, assets: DIGESTS }],
  ledger: [TAG],
  phase: "complete",
}

const scenario = (name: string, more: Partial<Scenario> & Pick<Scenario, "github">): Scenario => ({
  name,
  prepare: inInbox,
  files,
  run: release,
  ends: "complete",
  end: done,
  ...more,
})

const after = (fill: (releases: Releases, github: Github) => Promise<unknown>) => ({
  async fill(releases: Releases, github: Github) {
    await before(releases, github)
    await fill(releases, github)
  },
})

export const SCENARIOS: readonly Scenario[] = [
  scenario("a fresh release", { github: { fill: before }, storageEvery: 1 }),
  scenario("a resumed draft", {
    github: after(async (releases, github) => {
      await draft(releases, image)
      await leaveStarter(releases, github)
    }),
  }),
  scenario("a repeat", {
    github: after((releases) => publish(releases, wholeRelease)),
    async prepare(desk) {
      await offer(desk)
      await inInbox(desk)
    },
  }),
  scenario("two drafts of one tag", {
    github: after(async (releases) => {
      await draft(releases, image)
      await draft(releases, { "App.pkg": files["App.pkg"] as Buffer })
    }),
  }),
  scenario("a published release that lacks a file", {
    github: after((releases) => publish(releases, image)),
    public: true,
  }),
  scenario("an immutable release that lacks a file", {
    github: { ...after((releases) => publish(releases, image)), immutable: true },
    ends: "blocked",
    end: {
      archive: {},
      releases: [{ tag: "v1.6.1.43" }, { tag: TAG, draft: false, assets: { "App.dmg": DIGESTS["App.dmg"] } }],
      ledger: [],
      phase: "blocked",
      problem: "RELEASE_INCOMPLETE",
    },
  }),
  scenario("another version", {
    github: { fill: before, version: "1.6.1.43" },
    prepare: async () => {},
    files: {},
    async run(world) {
      const layout = { versionPath: "VERSION", manifestPath: MANIFEST, points: [], manifestNow: false }
      await setVersion({ version: "1.6.1.44", force: false, dryRun: false }, world.workspace, layout, "the proof")
      return { status: "complete" }
    },
    end: {
      version: "1.6.1.44\n",
      commits: [expect.stringMatching(/^version: /), "release: 1.6.1.43", "Initial commit"],
    },
  }),
  scenario("the manifest on the VM", {
    github: after((releases) => publish(releases, wholeRelease)),
    async prepare(desk) {
      await offer(desk)
      await desk.makeContainers()
      await desk.drop(TAG, { "NOTES.md": files["NOTES.md"] as Buffer, "App.dmg": files["App.dmg"] as Buffer })
    },
    files: image,
    end: { phase: "complete", vm: expect.stringContaining('"version": "1.6.1.44"') },
    vm: true,
  }),
  // In an account where nothing has been made yet.
  scenario("the archive", {
    github: after((releases) => publish(releases, wholeRelease)),
    async prepare(desk) {
      await offer(desk)
      await desk.drop(TAG, files)
      const [listed] = await desk.direct.inbox.list(`${TAG}/App.dmg`)
      if (listed) await desk.direct.inbox.copyToArchive(listed, TAG, "App.dmg")
    },
  }),
]
