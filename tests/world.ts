import { randomUUID } from "node:crypto"
import { mkdir, mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect } from "vitest"
import { type Github, type GithubOptions, startGithub } from "../infra/local/github/index.ts"
import { type GithubAccess, githubClient } from "../shared/adapters/github/client.ts"
import { githubReleases } from "../shared/adapters/github/releases.ts"
import { githubWorkspace } from "../shared/adapters/github/workspace.ts"
import { directoryInbox } from "../shared/adapters/local/directory-inbox.ts"
import { directoryStore } from "../shared/adapters/local/directory-store.ts"
import { fileLeases } from "../shared/adapters/local/file-leases.ts"
import type { ManifestPlace } from "../shared/ports/manifest-place.ts"
import { asProblem, type Problem } from "../shared/problem.ts"
import type { Phase, ReleaseRecord } from "../shared/release/model.ts"
import { reconcile } from "../shared/release/reconcile.ts"
import type { Policy, ReleaseRequest, World } from "../shared/release/world.ts"
import { digests, filesBelow, texts } from "./tree.ts"

export const ASSETS = "acme/app_releases"
export const WORKSPACE = "acme/app"
export const MANIFEST = "updates/manifest.json"
/** Must never be seen in a log, a record or an error: `close` looks. */
export const TOKEN = "ghp_s3cretOfTheTests"
const NOW = new Date("2026-11-22T10:00:00.000Z")

export const POLICY: Policy = {
  product: "App",
  artifacts: [
    { name: "App.dmg", kind: "dmg" },
    { name: "App.pkg", kind: "pkg" },
    { name: "NOTES.md", kind: "notes" },
  ],
  quietSeconds: 120,
  versionPath: "VERSION",
  manifestPath: MANIFEST,
  keepInbox: false,
}

/** Bytes by name. */
export type Files = Readonly<Record<string, Buffer>>

export interface DeskOptions {
  /** The text of VERSION; default 1.6.1.44. Undefined leaves it out. */
  version?: string | undefined
  /** The text of the manifest; default: there is none. */
  manifest?: string
  github?: Partial<GithubOptions>
  immutable?: boolean
}

/** What another process would be given: another token, less patience. */
export interface WorldOptions extends Omit<Partial<GithubAccess>, "now"> {
  policy?: Partial<Policy>
  now?: () => Date
  /** Where the update server reads the manifest; default: nowhere. */
  server?: ManifestPlace
  /** The assets repository, where it is not the one that exists. */
  assets?: string
}

/** How a run ended. What it threw is told apart from what it answered. */
export interface Ending {
  status: Exclude<Phase, "publishing"> | "busy" | "idle" | "thrown"
  problem?: Problem | NonNullable<ReleaseRecord["problem"]>
  wakeInSeconds?: number
}

export type Desk = Awaited<ReturnType<typeof openDesk>>

/** A release desk of real parts in a directory of its own: the GitHub look-alike, and an inbox, a store and leases on disk. */
export async function openDesk(options: DeskOptions = {}) {
  const { version, manifest, immutable = false } = { version: "1.6.1.44\n", ...options }
  const directory = await mkdtemp(join(tmpdir(), "slipway-desk-"))
  const at = (...parts: string[]) => join(directory, ...parts)
  const github: Github = await startGithub({
    directory: at("github"),
    tokens: { [TOKEN]: "write" },
    now,
    ...options.github,
  })
  await github.createRepository(ASSETS, { files: { "README.md": "Releases.\n" }, immutableReleases: immutable })
  await github.createRepository(WORKSPACE, {
    files: {
      "README.md": "App.\n",
      ...(version !== undefined && { VERSION: version }),
      ...(manifest !== undefined && { [MANIFEST]: manifest }),
    },
  })
  /** Everything a person or a machine could have read. */
  const spoken: string[] = []
  let dropped = 0

  async function makeWorld({
    policy,
    assets = ASSETS,
    server,
    now: clock = now,
    ...access
  }: WorldOptions = {}): Promise<World> {
    const client = await githubClient({
      apiUrl: github.url,
      auth: { token: () => TOKEN },
      retries: 1,
      retryDelayMs: 1,
      // Patient: a busy machine is no outage. Who tests an outage brings a patience of its own.
      timeoutMs: 20_000,
      stallMs: 20_000,
      ...access,
    })
    return {
      policy: { ...POLICY, ...policy },
      inbox: directoryInbox(at("inbox"), at("archive")),
      releases: githubReleases(client, assets, { looks: 2, pauseMs: 1 }),
      workspace: githubWorkspace(client, WORKSPACE, "main"),
      ...(server && { server }),
      state: directoryStore(at("state")),
      leases: fileLeases(at("locks")),
      now: clock,
      log: (level, message, fields) => void spoken.push(JSON.stringify({ level, message, fields })),
    }
  }

  /** One run, in a world of its own unless one is given. */
  async function run(request: ReleaseRequest = {}, world?: World): Promise<Ending> {
    try {
      const { status, record, wakeInSeconds } = await reconcile(request, world ?? (await makeWorld()))
      return { status, ...(record?.problem && { problem: record.problem }), ...(wakeInSeconds && { wakeInSeconds }) }
    } catch (error) {
      const problem = asProblem(error)
      spoken.push(`${problem.stack}\n${JSON.stringify(problem.summary())}`)
      return { status: "thrown", problem }
    }
  }

  return {
    github,
    spoken,
    makeWorld,
    run,
    at,
    /** Puts a file into the inbox, or another one in its place, all at once; `ageSeconds` before now. */
    async drop(path: string, bytes: Uint8Array | string, ageSeconds = 600): Promise<void> {
      const part = at(`part-${randomUUID()}`)
      // Every file is a second older than the one before: its time is what tells it apart.
      const modified = new Date(NOW.getTime() - 1000 * (ageSeconds + dropped++))
      await writeFile(part, bytes)
      await utimes(part, modified, modified)
      await mkdir(dirname(at("inbox", path)), { recursive: true })
      await rename(part, at("inbox", path))
    },
    async dropAll(folder: string, batch: Files, ageSeconds = 600): Promise<void> {
      for (const [name, bytes] of Object.entries(batch)) await this.drop(join(folder, name), bytes, ageSeconds)
    },
    /** Everything outside Slipway's own record: bytes by digest, releases in short, the workspace's history. */
    async outside() {
      return {
        inbox: await digests(at("inbox")),
        archive: await digests(at("archive")),
        releases: github.releases(ASSETS).map(({ tag, draft, assets }) => ({
          tag,
          draft,
          assets: Object.fromEntries(
            assets.map(({ name, state, digest }) => [name, state === "uploaded" ? digest : state]),
          ),
        })),
        commits: (await github.commits(WORKSPACE)).map(({ oid }) => oid),
      }
    },
    /** Every file of the inbox, the archive and the record with its time: the same again means that nothing was written. */
    async trees(): Promise<string[]> {
      const paths = await Promise.all(["inbox", "archive", "state"].map((folder) => filesBelow(at(folder), at())))
      const lines = paths.flat().map(async (path) => `${path} ${(await stat(at(path), { bigint: true })).mtimeNs}`)
      return Promise.all(lines)
    },
    async manifest() {
      return JSON.parse((await github.readFile(WORKSPACE, MANIFEST)) ?? "{}")
    },
    async record(tag: string): Promise<ReleaseRecord> {
      return JSON.parse(await readFile(at("state", "releases", `${tag}.json`), "utf8"))
    },
    async ledger() {
      const text = await readFile(at("state", "ledger.jsonl"), "utf8").catch(() => "")
      return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]))
    },
    /** Deletes what Slipway remembers: it loses history and time, never correctness. */
    forgetState: () => rm(at("state"), { recursive: true, force: true }),
    /** Stops and forgets everything. Fails if the token was spoken of, or is written anywhere but in memory. */
    async close(): Promise<void> {
      await github.close()
      const written = await Promise.all(Object.values(await texts(at("state"))))
      await rm(directory, { recursive: true, force: true })
      expect([...spoken, ...written].filter((text) => text.includes(TOKEN))).toEqual([])
    },
  }
}

const now = () => NOW
