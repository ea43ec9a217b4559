import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { commit, initRepository, type Placed } from "./git.ts"
import { replaceFile } from "./replace-file.ts"
import type { IssueState, ReleaseState, Repository, RepositoryState } from "./state.ts"

/** Everything the look-alike knows, read from its directory once and written back piece by piece. */
export interface World {
  directory: string
  now: () => Date
  /** By lower-case `owner/name`: GitHub does not mind the case. */
  repositories: Map<string, Repository>
  /** A number never given before, not even to something deleted since. */
  nextId(): number
}

/** How a repository is made. */
export interface RepositoryOptions {
  /** Text by path, or anything else git can hold, committed at once when the repository is new. */
  files?: Record<string, string | Placed>
  private?: boolean
  immutableReleases?: boolean
  /** Default `main`. */
  branch?: string
}

const idBlock = 1000

export function loadWorld(directory: string, now: () => Date): World {
  mkdirSync(directory, { recursive: true })
  const repositories = new Map<string, Repository>()
  for (const owner of folders(directory))
    for (const name of folders(join(directory, owner))) {
      const state = readState<RepositoryState>(join(directory, owner, name, "repository.json"))
      if (state !== undefined) repositories.set(`${owner}/${name}`.toLowerCase(), loadRepository(directory, state))
    }
  return { directory, now, repositories, nextId: countIds(join(directory, "ids")) }
}

/** Makes a repository with its first commit, or leaves the one that is there as it is. */
export async function createRepository(world: World, fullName: string, options: RepositoryOptions): Promise<void> {
  const [owner, name, ...rest] = fullName.split("/")
  if (!owner || !name || rest.length > 0) throw new Error(`"${fullName}" is not owner/name`)
  if (world.repositories.has(fullName.toLowerCase())) return
  const branch = options.branch ?? "main"
  const state: RepositoryState = {
    id: world.nextId(),
    owner,
    name,
    private: options.private ?? false,
    immutableReleases: options.immutableReleases ?? false,
    branch,
    createdAt: world.now().toISOString(),
  }
  const folder = join(world.directory, owner, name)
  for (const part of ["releases", "assets", "issues"]) await mkdir(join(folder, part), { recursive: true })
  // A start that was cut off leaves no repository.json: what lies there was never used.
  await rm(`${folder}.git`, { recursive: true, force: true })
  await initRepository(`${folder}.git`, branch)
  const changes = new Map(
    Object.entries(options.files ?? {}).map(([path, file]) => [
      path,
      typeof file === "string" ? Buffer.from(file) : file,
    ]),
  )
  if (changes.size > 0) {
    const first = { head: undefined, changes, message: "Initial commit", author: owner, at: world.now() }
    await commit(`${folder}.git`, branch, first)
  }
  await replaceFile(join(folder, "repository.json"), JSON.stringify(state, undefined, 2))
  world.repositories.set(fullName.toLowerCase(), loadRepository(world.directory, state))
}

/** Writes one release down, and only then shows it. Called only where nothing else writes, inside `exclusive`. */
export async function saveRelease(repository: Repository, release: ReleaseState): Promise<void> {
  await replaceFile(join(repository.folder, "releases", `${release.id}.json`), JSON.stringify(release, undefined, 2))
  repository.releases.set(release.id, release)
}

/** Writes one issue down, and only then shows it. */
export async function saveIssue(repository: Repository, issue: IssueState): Promise<void> {
  const folder = join(repository.folder, "issues")
  await mkdir(folder, { recursive: true }) // A repository from before there were issues has none.
  await replaceFile(join(folder, `${issue.number}.json`), JSON.stringify(issue, undefined, 2))
  repository.issues.set(issue.number, issue)
}

/** Forgets a release and the bytes of its assets, but never that an immutable one used the tag. */
export async function removeRelease(repository: Repository, release: ReleaseState): Promise<void> {
  const { assets } = release
  if (release.immutable) await saveRelease(repository, { ...release, deleted: true, assets: [] })
  else {
    repository.releases.delete(release.id)
    await rm(join(repository.folder, "releases", `${release.id}.json`), { force: true })
  }
  for (const asset of assets) await rm(assetPath(repository, asset), { force: true })
}

/** Where an asset's bytes lie. */
export const assetPath = (repository: Repository, asset: { file: string }) =>
  join(repository.folder, "assets", asset.file)

function loadRepository(directory: string, state: RepositoryState): Repository {
  const folder = join(directory, state.owner, state.name)
  const releases = statesIn<ReleaseState>(join(folder, "releases"))
  const issues = statesIn<IssueState>(join(folder, "issues"))
  return {
    ...state,
    folder,
    gitdir: `${folder}.git`,
    releases: new Map(releases.map((release) => [release.id, release])),
    issues: new Map(issues.map((issue) => [issue.number, issue])),
    protections: new Map(),
    exclusive: oneAfterAnother(),
  }
}

function statesIn<T extends { id: number }>(folder: string): T[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as T)
    .sort((one, other) => one.id - other.id)
}

function oneAfterAnother(): Repository["exclusive"] {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}

/** Numbers are reserved a block ahead, so that a kill can skip some but never repeat one. */
function countIds(path: string): () => number {
  let next = Number(readState<number>(path) ?? 1)
  let reserved = next
  return () => {
    if (next === reserved) {
      reserved += idBlock
      writeFileSync(`${path}.tmp`, String(reserved))
      renameSync(`${path}.tmp`, path)
    }
    return next++
  }
}

function readState<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
