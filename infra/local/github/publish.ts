import { invalid, Refusal } from "./answer.ts"
import { resolveOid, writeRef } from "./git.ts"
import type { ReleaseState, Repository } from "./state.ts"

/**
 * The release as it is once published: its tag exists, it is immutable if the repository says so. Throws 422 for a tag that is
 * taken, burned, or cannot be made. The caller saves it.
 */
export async function publish(
  repository: Repository,
  release: ReleaseState,
  makeLatest: "true" | "false" | "legacy" | undefined,
  now: Date,
): Promise<ReleaseState> {
  const others = repository.releases.values().filter((other) => other.id !== release.id && other.tag === release.tag)
  for (const other of others) {
    // Also a deleted one: an immutable release burns its tag for ever.
    if (other.immutable) {
      throw invalid({
        resource: "Release",
        code: "custom",
        field: "tag_name",
        message: "tag_name was used by an immutable release",
      })
    }
    if (!other.draft) throw invalid({ resource: "Release", code: "already_exists", field: "tag_name" })
  }
  await ensureTag(repository, release)
  const at = now.toISOString()
  const first = release.publishedAt === null
  const latest = (makeLatest ?? (first ? "true" : "false")) !== "false" && !release.prerelease
  return {
    ...release,
    draft: false,
    immutable: release.immutable || repository.immutableReleases,
    publishedAt: release.publishedAt ?? at,
    latestAt: latest ? at : makeLatest === "false" ? null : release.latestAt,
  }
}

/** Makes the tag from `target_commitish`, unless it is there. */
async function ensureTag(repository: Repository, release: ReleaseState): Promise<void> {
  if ((await resolveOid(repository.gitdir, `refs/tags/${release.tag}`)) !== undefined) return
  if ((await resolveOid(repository.gitdir, `refs/heads/${repository.branch}`)) === undefined) {
    throw new Refusal(422, "Repository is empty.")
  }
  const oid = await resolveOid(repository.gitdir, release.target)
  if (oid === undefined) throw invalid({ resource: "Release", code: "invalid", field: "target_commitish" })
  await writeRef(repository.gitdir, `refs/tags/${release.tag}`, oid)
}
