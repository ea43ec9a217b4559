import { MANIFEST } from "../../world.ts"
import type { House } from "./house.ts"

/** What lies in a house, as far as anybody can tell who does not know who did it when. */
export function stateOf({ releases, inbox, branch, state }: House, tag: string) {
  const record = JSON.parse(state.documents.get(`releases/${tag}.json`)?.text ?? "{}")
  const ledger = state.documents.get("ledger.jsonl")?.text.trimEnd().split("\n") ?? []
  return {
    inbox: [...inbox.files.keys()].sort(),
    archive: [...inbox.archive.keys()].sort(),
    releases: releases.releases.map(({ id: _, assets, url: __, uploadUrl: ___, ...release }) => ({
      ...release,
      assets: assets.map(({ name, state, digest }) => `${name} ${digest ?? state}`).sort(),
    })),
    commits: branch.commits,
    offered: JSON.parse(branch.files.get(MANIFEST) ?? "{}").version,
    ledger: ledger.map((line) => JSON.parse(line).tag),
    phase: record.phase,
    problem: record.problem?.code,
  }
}

/** Looks on, and writes down each promise to people that is broken at that moment. */
export function watch(house: House, tag: string, digests: Readonly<Record<string, string>>) {
  const broken = new Set<string>()
  const publicFiles = new Map<string, string>()

  function look(): void {
    const open = house.releases.releases.filter(({ draft }) => !draft)
    if (new Set(open.map((release) => release.tag)).size < open.length) broken.add("one tag is public twice")
    const now = new Map(
      open.flatMap((release) =>
        release.assets
          .filter(({ state }) => state === "uploaded")
          .map(({ id, name, digest }): [string, string] => [`${release.tag}/${name}`, `${id} ${digest}`]),
      ),
    )
    for (const [path, file] of publicFiles)
      if (now.get(path) !== file) broken.add(`${path} was taken away or replaced when it was public`)
    for (const [path, file] of now) publicFiles.set(path, file)

    const { version, artifact } = JSON.parse(house.branch.files.get(MANIFEST) ?? "{}")
    const name = artifact?.url.split("/").at(-1)
    const held = now.get(`v${version}/${name}`)
    if (version && !held?.endsWith(` sha256:${artifact.sha256}`))
      broken.add(`${version} is offered, but not public as it is offered`)

    const published = open.find((release) => release.tag === tag)
    for (const [file, digest] of Object.entries(digests)) {
      if (published && (house.releases.immutable || version === tag.slice(1))) {
        const held = now.get(`${tag}/${file}`)
        if (!held?.endsWith(` ${digest}`)) broken.add(`${tag} is public without ${file}, or with other bytes`)
      }
      if (!house.inbox.files.has(`${tag}/${file}`) && !house.inbox.archive.has(`${tag}/${file}`))
        broken.add(`${file} is lost`)
    }
  }

  look()
  return { broken, look }
}
