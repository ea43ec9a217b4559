import type { Github } from "../../infra/local/github/index.ts"
import type { Release, Releases } from "../../shared/ports/releases.ts"
import type { Files } from "../world.ts"

export const TAG = "v1.6.1.44"

/** Whoever fills the template. */
export const FILLER = "ghp_whoFillsTheTemplate"

async function send(releases: Releases, draft: Release, contents: Files): Promise<void> {
  for (const [name, bytes] of Object.entries(contents)) {
    const asset = { name, sizeBytes: bytes.length, contentType: "application/octet-stream" }
    await releases.upload(draft, asset, () => ReadableStream.from([bytes]))
  }
}

/** A draft as an earlier run has left it. */
export async function draft(releases: Releases, contents: Files, tag = TAG): Promise<Release> {
  const made = await releases.createDraft({ tag, title: `App ${tag.slice(1)}`, body: "half done" })
  await send(releases, made, contents)
  return made
}

/** A public release of these files. */
export async function publish(releases: Releases, contents: Files, tag = TAG): Promise<void> {
  const { id } = await draft(releases, contents, tag)
  const whole = await releases.get(id)
  if (whole) await releases.publish(whole, { title: `App ${tag.slice(1)}`, body: "New." })
}

/** Half an asset, in the tag's draft. */
export async function leaveStarter(releases: Releases, github: Github): Promise<void> {
  const [open] = await releases.drafts(TAG)
  if (!open) throw new Error("there is no draft")
  github.setIntercept(({ operation }) => (operation === "repos/upload-release-asset" ? { kind: "starter" } : undefined))
  const url = new URL(open.uploadUrl.replace(/\{.*/, ""))
  url.searchParams.set("name", "App.pkg")
  await fetch(url, { method: "POST", headers: { authorization: `Bearer ${FILLER}` }, body: "half" })
  github.setIntercept(undefined)
}
