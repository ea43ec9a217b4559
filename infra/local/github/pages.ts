import { type Answer, notFound } from "./answer.ts"
import { type Call, repositoryOf } from "./call.ts"
import { history, readCommit, resolveOid } from "./git.ts"
import { latest, listed, publishedWith } from "./releases.ts"
import type { ReleaseState, Repository } from "./state.ts"
import type { World } from "./world.ts"

/** GET /{owner}/{repo}: the releases and the latest commits, with links to both. */
export async function showRepository(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const at = placeOf(call, repository)
  const releases = listed(repository, call).slice(0, 50)
  const head = await resolveOid(repository.gitdir, `refs/heads/${repository.branch}`)
  const commits = head === undefined ? [] : await history(repository.gitdir, head, 50)
  return htmlPage(repositoryName(repository), [
    ...releases.map(
      (one) => `<p><a href="${at}/releases/tag/${escapeHtml(one.tag)}">${escapeHtml(one.name ?? one.tag)}</a></p>`,
    ),
    "<hr>",
    ...commits.map(
      ({ oid, commit }) => `<p><a href="${at}/commit/${oid}">${oid.slice(0, 7)}</a> ${escapeHtml(commit.message)}</p>`,
    ),
  ])
}

/** GET /{owner}/{repo}/releases/tag/{tag} */
export function showRelease(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const release = publishedWith(repository, call.params.tag ?? "")
  if (release === undefined) throw notFound()
  return htmlPage(release.name ?? release.tag, [
    `<p>${escapeHtml(repositoryName(repository))} ${escapeHtml(release.tag)}${release.immutable ? ", immutable" : ""}</p>`,
    `<pre>${escapeHtml(release.body ?? "")}</pre>`,
    ...release.assets.map((asset) => assetLine(placeOf(call, repository), release, asset)),
  ])
}

/** GET /{owner}/{repo}/releases/latest */
export function showLatest(call: Call, world: World): Answer {
  const repository = repositoryOf(call, world)
  const release = latest(repository)
  if (release === undefined) throw notFound()
  return { status: 302, headers: { location: `${placeOf(call, repository)}/releases/tag/${release.tag}` }, text: "" }
}

/** GET /{owner}/{repo}/commit/{oid} */
export async function showCommit(call: Call, world: World): Promise<Answer> {
  const repository = repositoryOf(call, world)
  const found = await readCommit(repository.gitdir, call.params.oid ?? "")
  if (found === undefined) throw notFound()
  return htmlPage(found.oid, [
    `<pre>${escapeHtml(found.commit.message)}</pre>`,
    `<p>${escapeHtml(found.commit.author.name)}</p>`,
  ])
}

function assetLine(at: string, release: ReleaseState, asset: ReleaseState["assets"][number]): string {
  const link = `${at}/releases/download/${escapeHtml(release.tag)}/${encodeURIComponent(asset.name)}`
  return `<p><a href="${link}">${escapeHtml(asset.name)}</a> ${asset.size} bytes <code>${asset.digest ?? asset.state}</code></p>`
}

const placeOf = (call: Call, { owner, name }: Repository) => `${call.bases.web}/${owner}/${name}`
const repositoryName = ({ owner, name }: Repository) => `${owner}/${name}`

function htmlPage(title: string, lines: string[]): Answer {
  const head = `<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title>`
  const text = `<!doctype html><html lang="en"><head>${head}</head><body><h1>${escapeHtml(title)}</h1>\n${lines.join("\n")}\n</body></html>\n`
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, text }
}

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
