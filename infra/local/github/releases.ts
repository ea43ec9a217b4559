import { randomBytes } from "node:crypto"
import { type Answer, invalid, json, notFound, Refusal } from "./answer.ts"
import { type Call, fieldsOf, repositoryOf } from "./call.ts"
import { page } from "./page.ts"
import { publish } from "./publish.ts"
import { readReleaseFields } from "./release-fields.ts"
import { releaseJson } from "./release-json.ts"
import type { ReleaseState, Repository } from "./state.ts"
import { removeRelease, saveRelease, type World } from "./world.ts"

/** GET /repos/{owner}/{repo}/releases: newest first, drafts for those who may write. */
export function listReleases(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  return page(call, listed(repository, call), (release) => releaseJson(release, repository, call.bases))
}

/** GET …/releases/{id} */
export function getRelease(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  return json(releaseJson(releaseOf(call, repository), repository, call.bases))
}

/** GET …/releases/tags/{tag}: never a draft. */
export function getReleaseByTag(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const release = publishedWith(repository, call.params.tag ?? "")
  if (release === undefined) throw notFound()
  return json(releaseJson(release, repository, call.bases))
}

/** GET …/releases/latest */
export function getLatestRelease(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const release = latest(repository)
  if (release === undefined) throw notFound()
  return json(releaseJson(release, repository, call.bases))
}

/** POST …/releases */
export async function createRelease(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  const fields = readReleaseFields(fieldsOf(call))
  const { tag } = fields
  if (tag === undefined) throw invalid({ resource: "Release", code: "missing_field", field: "tag_name" })
  return repository.exclusive(async () => {
    const at = world.now().toISOString()
    const draft: ReleaseState = {
      id: world.nextId(),
      tag,
      slug: untagged(),
      name: fields.name ?? null,
      body: fields.body ?? null,
      target: fields.target ?? repository.branch,
      draft: true,
      prerelease: fields.prerelease ?? false,
      immutable: false,
      latestAt: null,
      createdAt: at,
      publishedAt: null,
      updatedAt: at,
      author: call.caller.login,
      assets: [],
    }
    const release = fields.draft ? draft : await publish(repository, draft, fields.makeLatest, world.now())
    await saveRelease(repository, release)
    return {
      ...json(releaseJson(release, repository, call.bases), 201),
      headers: { location: `${call.bases.api}/repos/${repository.owner}/${repository.name}/releases/${release.id}` },
    }
  })
}

/** PATCH …/releases/{id} */
export async function updateRelease(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  const fields = readReleaseFields(fieldsOf(call))
  return repository.exclusive(async () => {
    const before = releaseOf(call, repository)
    const draft = fields.draft ?? before.draft
    if (before.immutable && (draft || (fields.tag ?? before.tag) !== before.tag)) {
      throw new Refusal(422, "Cannot change the tag or the state of an immutable release.")
    }
    const after: ReleaseState = {
      ...before,
      // What stays or becomes a draft loses its tag when the request does not repeat it (release-drafter #367).
      tag: fields.tag ?? (draft ? untagged() : before.tag),
      name: fields.name === undefined ? before.name : fields.name,
      body: fields.body === undefined ? before.body : fields.body,
      target: fields.target ?? before.target,
      prerelease: fields.prerelease ?? before.prerelease,
      draft,
      updatedAt: world.now().toISOString(),
    }
    const publishing = !draft && (before.draft || after.tag !== before.tag || fields.makeLatest !== undefined)
    const release = publishing ? await publish(repository, after, fields.makeLatest, world.now()) : after
    await saveRelease(repository, release)
    return json(releaseJson(release, repository, call.bases))
  })
}

/** DELETE …/releases/{id}: the tag stays. */
export async function deleteRelease(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world, "write")
  await repository.exclusive(() => removeRelease(repository, releaseOf(call, repository)))
  return { status: 204 }
}

/** The release a call names by its id. A draft is 404 to all who may not write. */
export function releaseOf(call: Call, repository: Repository): ReleaseState {
  const release = repository.releases.get(Number(call.params.id))
  const hidden = release?.draft && call.caller.level(repository) !== "write"
  if (release === undefined || release.deleted || hidden) throw notFound()
  return release
}

/** What a list shows to the caller just now, newest first. */
export function listed(repository: Repository, call: Pick<Call, "caller">): ReleaseState[] {
  const all = repository.frozen ?? [...repository.releases.values()]
  const drafts = call.caller.level(repository) === "write"
  return all.filter((release) => !release.deleted && (drafts || !release.draft)).reverse()
}

/** The published release of a tag. */
export const publishedWith = (repository: Repository, tag: string) =>
  repository.releases.values().find((release) => release.tag === tag && !release.draft && !release.deleted)

/** The latest release: the one last made so, else the newest. */
export function latest(repository: Repository): ReleaseState | undefined {
  return [...repository.releases.values()]
    .filter((release) => !release.draft && !release.prerelease && !release.deleted)
    .toSorted((one, other) => (other.latestAt ?? "").localeCompare(one.latestAt ?? "") || other.id - one.id)[0]
}

const untagged = () => `untagged-${randomBytes(10).toString("hex")}`
